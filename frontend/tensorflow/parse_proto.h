// Protobuf messages from untrusted bytes, as text or binary.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "support/result.h"

namespace slimc::frontend {

// Protobuf's own limit for one message; longer ones are the caller's to refuse.
inline constexpr std::uint64_t kMaxProtoBytes = std::numeric_limits<int>::max();

// Whether the bytes can be text format. Every message that TensorFlow keeps in a file has a tag
// byte below 0x20 that is no white space, and text has none.
bool is_text(std::string_view bytes);

enum class UnknownFields { Refuse, Ignore };

// `what` for the words of a failure: "a graph". A syntax error comes with its line and column.
Result<void> parse_text(std::string_view text, const std::string& file, const std::string& what,
                        google::protobuf::Message& message,
                        UnknownFields unknown = UnknownFields::Refuse);

bool parse_binary(std::string_view bytes, google::protobuf::Message& message);

}  // namespace slimc::frontend
