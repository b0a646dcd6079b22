#include "support/library_suffixes.h"

namespace slimc {

constinit const std::string_view kLibrarySuffixes =
    "_arena _clock _create _create_checked _create_checked_with_weights _decode_predictions "
    "_destroy _label _map_weights _observer _outputs _parallel_for _prediction _preprocess_input "
    "_preprocess_input_u8 _report _run _run_outputs _run_outputs_u8 _run_u8 _set_observer "
    "_set_parallel_for _set_profiler _set_threads _stage _stage_count _stages _status "
    "_status_string _stop_threads _target _timing _unmap_weights "
    "_BATCH _CLASSES _ERROR_DAMAGED_WEIGHTS _ERROR_MEMORY_TOO_SMALL _ERROR_MISALIGNED_ARGUMENT "
    "_ERROR_MISALIGNED_MEMORY _ERROR_NULL_ARGUMENT _ERROR_THREADS_OUT_OF_RANGE _ERROR_THREAD_START "
    "_ERROR_TOP_OUT_OF_RANGE _ERROR_UNKNOWN_TARGET _ERROR_UNSUPPORTED_CPU _ERROR_WEIGHTS_FILE "
    "_ERROR_WRONG_COUNT _ERROR_WRONG_HEADER _ERROR_WRONG_WEIGHTS _HAS_LABELS _ID _INPUT_CHANNELS "
    "_INPUT_HEIGHT _INPUT_SIZE _INPUT_WIDTH _MAX_THREADS _MEMORY_ALIGNMENT _MEMORY_BYTES _OK "
    "_OUTPUT_COUNT _OUTPUT_SIZE _STACK_BYTES _STAGE_COUNT _WEIGHTS_ALIGNMENT _WEIGHTS_BYTES "
    "_WEIGHTS_FILE";

}  // namespace slimc
