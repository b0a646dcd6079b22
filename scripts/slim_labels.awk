# From Keras' imagenet_class_index.json ({"0": ["n01440764", "tench"], ...}, in any order) to slim's
# labels, one a line: class 0 is "background", slim's class is Keras' class + 1.
#
#   awk -f slim_labels.awk imagenet_class_index.json > labels.txt
BEGIN { RS = "]" }
{
  # A record is one class: the quoted words are its number, its WordNet id and its name.
  if (split($0, word, "\"") < 7) next
  label[word[2] + 1] = word[6]
  if (word[2] + 1 > last) last = word[2] + 1
}
END {
  label[0] = "background"
  for (i = 0; i <= last; i++) {
    gsub("_", " ", label[i])
    print label[i]
  }
}
