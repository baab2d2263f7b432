#ifndef kavity_core_InputFiles_h
#define kavity_core_InputFiles_h

#include <cstddef>
#include <string>
#include <vector>

namespace kavity
{
/// The whole content of a file that describes a calculation. Throws std::runtime_error with the
/// reason alone, such as "it does not exist", also where it has more than @p most bytes.
std::string read_input(const std::string &path, std::size_t most);

/// The text of such a file with lines that end with '\n', whatever system it is from, and without
/// a byte order mark. Throws std::runtime_error with the reason for UTF-16 and for what is no text.
std::string plain_text(const std::string &content);

/// Where files of this project named @p name ("parameter_files", "postprocess") may be, best first:
/// the folder in the environment variable KAVITY_<NAME>, that beside the installed program, that of
/// the source tree.
std::vector<std::string> data_folders(const std::string &name);
} // namespace kavity

#endif
