#ifndef kavity_core_FileError_h
#define kavity_core_FileError_h

#include <stdexcept>
#include <string>

namespace kavity
{
/// A file of results cannot be written: the disk is full, the folder is gone. No mistake in the
/// input and no fault of the program.
class FileError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;

  /// "Cannot write 'PATH': REASON" with the system's words for an errno.
  FileError(const std::string &path, int reason);
};

/// Of the program when it ends for such an error.
constexpr int exit_code_of_file_errors = 4;

/// All of @p content into a new or emptied file, @p synchronised: onto the disk. Returns errno, 0
/// for success (functions of several ranks must not throw on one alone); on failure nothing of the
/// file is left.
int put_into_file(const std::string &path, const std::string &content, bool synchronised);

/// Adds a text to the end of a file that is there. On failure the file is as it was.
/// @throws FileError, also if the file is gone
void append_to_file(const std::string &path, const std::string &text);

/// Finds out whether so many bytes can be written into a folder by taking them for a moment.
/// Returns errno, 0 for success.
int try_to_reserve(const std::string &folder, unsigned long long bytes);
} // namespace kavity

#endif
