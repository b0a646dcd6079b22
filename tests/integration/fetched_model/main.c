#include "classifier.h"

int main(void) { return CLASSIFIER_INPUT_HEIGHT == 128 && CLASSIFIER_CLASSES == 1001 ? 0 : 1; }
