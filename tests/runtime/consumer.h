#ifndef TESTS_RUNTIME_CONSUMER_H
#define TESTS_RUNTIME_CONSUMER_H
#ifdef __cplusplus
extern "C" {
#endif
/* Creates, runs and destroys; a tiny_status. */
int classify_from_c(const float* input, float* output);
/* Of the most probable class; NULL where decoding fails. */
const char* best_label_from_c(const float* output);
#ifdef __cplusplus
}
#endif
#endif
