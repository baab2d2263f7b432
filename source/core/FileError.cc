#include "kavity/core/FileError.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kavity
{
namespace
{
/// Returns errno, 0 for success.
int write_all(const int file, const std::string &content)
{
  std::size_t done = 0;
  while (done < content.size())
  {
    const ssize_t n = ::write(file, content.data() + done, content.size() - done);
    if (n < 0 && errno != EINTR)
      return errno;
    if (n > 0)
      done += static_cast<std::size_t>(n);
  }
  return 0;
}
} // namespace


FileError::FileError(const std::string &path, const int reason)
  : std::runtime_error("Cannot write '" + path + "': " + std::strerror(reason))
{
}


int put_into_file(const std::string &path, const std::string &content, const bool synchronised)
{
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return errno;
  int error = write_all(file, content);
  // some network file systems have no fsync; a rename is still atomic there
  if (error == 0 && synchronised && ::fsync(file) != 0 && errno != EINVAL)
    error = errno;
  if (::close(file) != 0 && error == 0)
    error = errno;
  if (error != 0)
    ::unlink(path.c_str());
  return error;
}


void append_to_file(const std::string &path, const std::string &text)
{
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0)
    throw FileError(path, errno);
  const off_t size = ::lseek(file, 0, SEEK_END);
  int error        = size < 0 ? errno : write_all(file, text);
  if (error != 0 && size >= 0 && ::ftruncate(file, size) != 0)
    error = errno;
  if (::close(file) != 0 && error == 0)
    error = errno;
  if (error != 0)
    throw FileError(path, error);
}


int try_to_reserve(const std::string &folder, const unsigned long long bytes)
{
  const std::string path = folder + "/reserved";
  const int file         = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return errno;
  const int error = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
  ::close(file);
  ::unlink(path.c_str());
  return error;
}
} // namespace kavity
