#include "kavity/io/Files.h"

#include "kavity/core/FileError.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kavity
{
namespace
{
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
  const std::string temporary = path + temporary_mark + std::to_string(::getpid());
  int error                   = put_into_file(temporary, content, true);
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0)
  {
    error = errno;
    ::unlink(temporary.c_str());
  }
  if (error != 0)
    throw FileError(path, error);
}


void remove_temporaries(const std::string &folder, const std::vector<std::string> &names)
{
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> left;
  for (const auto &entry : fs::directory_iterator(folder, error))
  {
    const std::string name = entry.path().filename().string();
    const auto mark        = name.rfind(temporary_mark);
    if (mark != std::string::npos &&
        name.find_first_not_of("0123456789", mark + temporary_mark.size()) == std::string::npos &&
        std::find(names.begin(), names.end(), name.substr(0, mark)) != names.end())
      left.push_back(entry.path());
  }
  for (const fs::path &path : left)
    fs::remove(path, error);
}


void synchronise(const std::string &path)
{
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    throw FileError(path, errno);
  // some network file systems have no fsync
  const int error = ::fsync(file) == 0 || errno == EINVAL ? 0 : errno;
  ::close(file);
  if (error != 0)
    throw FileError(path, error);
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
