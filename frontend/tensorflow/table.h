// LevelDB tables in memory: a sorted map of strings with a checksum on every block.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tl/expected.hpp"

namespace slimc::frontend {

enum class TableCompression { None, Snappy };

// Whether the bytes end as a table does; 8 bytes are enough.
bool ends_like_a_table(std::string_view bytes);

// All pairs of the table that `bytes` are, or what is wrong with it. Takes no more memory than the
// file's size warrants, whatever the file says.
tl::expected<std::map<std::string, std::string>, std::string> read_table(std::string_view bytes);

std::string write_table(const std::map<std::string, std::string>& pairs,
                        TableCompression compression = TableCompression::None);

}  // namespace slimc::frontend
