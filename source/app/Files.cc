#include "kavity/app/Files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
[[noreturn]] void fail(const std::string &path, const int error)
{
  throw std::runtime_error("Cannot write '" + path + "': " + std::strerror(error));
}

/// Returns errno, 0 for success.
int onto_disk(const int file)
{
  // some network file systems have no fsync; a rename is still atomic there
  return ::fsync(file) == 0 || errno == EINVAL ? 0 : errno;
}

/// All bytes into the file and onto the disk; returns errno, 0 for success.
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
  return onto_disk(file);
}

std::string xml(const std::string &text)
{
  std::string result;
  for (const char c : text)
    switch (c)
    {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '"':
      result += "&quot;";
      break;
    default:
      result += c;
    }
  return result;
}
} // namespace


void write_file_atomically(const std::string &path, const std::string &content)
{
  const std::string temporary = path + ".tmp-" + std::to_string(::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    fail(path, errno);
  int error = write_all(file, content);
  if (::close(file) != 0 && error == 0)
    error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0)
    error = errno;
  if (error != 0)
  {
    ::unlink(temporary.c_str());
    fail(path, error);
  }
}


void synchronise(const std::string &path)
{
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    fail(path, errno);
  const int error = onto_disk(file);
  ::close(file);
  if (error != 0)
    fail(path, error);
}


std::string read_file(const std::string &path)
{
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || (!(content << file.rdbuf()) && file.bad()))
    throw std::runtime_error("Cannot read '" + path + "'");
  return content.str();
}


std::string exact_text(const double value)
{
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return std::string(buffer, end);
}


PvdFile::PvdFile(std::string path, std::vector<std::string> entries)
  : path_(std::move(path))
  , entries_(std::move(entries))
{
  if (!entries_.empty())
    write();
}


void PvdFile::add(const double time, const std::string &file, const unsigned int part)
{
  if (!std::isfinite(time))
    throw std::runtime_error("The time of '" + file + "' in '" + path_ + "' is not a number");
  namespace fs               = std::filesystem;
  const fs::path folder      = fs::path(path_).parent_path();
  const std::string relative = fs::path(file).is_absolute() ?
                                 fs::path(file).lexically_relative(fs::absolute(folder)).string() :
                                 file;
  entries_.push_back("    <DataSet timestep=\"" + exact_text(time) + "\" group=\"\" part=\"" +
                     std::to_string(part) + "\" file=\"" + xml(relative) + "\"/>\n");
  write();
}


void PvdFile::write() const
{
  std::string content =
    "<?xml version=\"1.0\"?>\n"
    "<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n"
    "  <Collection>\n";
  for (const std::string &entry : entries_)
    content += entry;
  content += "  </Collection>\n</VTKFile>\n";
  write_file_atomically(path_, content);
}
} // namespace kavity
