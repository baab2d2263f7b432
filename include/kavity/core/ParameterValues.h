#ifndef kavity_core_ParameterValues_h
#define kavity_core_ParameterValues_h

#include <string>
#include <vector>

#include "kavity/core/Parameters.h"

namespace kavity
{
/// Texts of entries to values. Each throws std::runtime_error saying what is wrong and what was
/// expected, without file or line. @p example is a value that would do.

double parse_value(const std::string &text, const std::string &unit, const Range &range,
                   const std::string &example);

std::vector<double> parse_list(const std::string &text, const std::string &unit, const Range &range,
                               const std::string &example);

unsigned int parse_whole_number(const std::string &text, unsigned int low, unsigned int high);

bool parse_truth(const std::string &text);

/// The name itself if it is one of @p names.
std::string parse_choice(const std::string &text, const std::vector<std::string> &names);

/// "'x' is not known; did you mean 'y'? Possible: ..." for a name that is none of @p names.
std::string unknown_name(const std::string &name, const std::vector<std::string> &names);
} // namespace kavity

#endif
