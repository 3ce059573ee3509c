// What someone may have meant who wrote a word that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace raddle {

// The word that is closest to `given`; empty when none is close. Cost: the product of the lengths for each word.
std::string_view nearest(std::string_view given, const std::vector<std::string_view>& words);

// ": did you mean 'lock'?" when `given` is close to one of the words, else ": 'lock', 'mode' or 'global' expected".
std::string suggestion(std::string_view given, const std::vector<std::string_view>& words);

}  // namespace raddle
