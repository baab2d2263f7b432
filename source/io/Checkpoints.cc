#include "kavity/io/Checkpoints.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"
#include "kavity/io/Files.h"

#include <boost/crc.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace kavity
{
namespace fs = std::filesystem;

namespace
{
const char *const seal = "complete";

unsigned int checksum(const fs::path &path)
{
  std::ifstream file(path, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  boost::crc_32_type crc;
  while (file)
  {
    file.read(buffer.data(), buffer.size());
    crc.process_bytes(buffer.data(), file.gcount());
  }
  if (file.bad() || !file.eof())
    throw FileError("Cannot read '" + path.string() + "'");
  return crc.checksum();
}

// Files that are not ours: Open MPI has .lock and .locktest beside what it reads or writes, and
// takes them away when it likes, or leaves them where it is killed.
bool belongs(const fs::path &file)
{
  return file.filename() != seal && file.string().find(".lock") == std::string::npos;
}

// What the seal of a generation says.
std::string listing(const fs::path &folder, const unsigned int step)
{
  std::set<fs::path> files;
  for (const auto &entry : fs::directory_iterator(folder))
    if (belongs(entry.path()))
      files.insert(entry.path());
  std::ostringstream text;
  text << "step " << step << '\n';
  for (const fs::path &file : files)
    text << file.filename().string() << ' ' << fs::file_size(file) << ' ' << checksum(file) << '\n';
  return text.str();
}

// The step of a whole generation, else -1.
int step_of(const fs::path &folder)
{
  try
  {
    const std::string text = read_file((folder / seal).string());
    std::istringstream stream(text);
    std::string word;
    int step = -1;
    return (stream >> word >> step) && step >= 0 && text == listing(folder, step) ? step : -1;
  }
  catch (const std::exception &) // whatever cannot be read is not whole
  {
    return -1;
  }
}
} // namespace


Checkpoints::Checkpoints(std::string path)
  : path_(std::move(path))
{
}


std::string Checkpoints::generation(const unsigned int number) const
{
  return path_ + '/' + std::to_string(number);
}


std::string Checkpoints::newest()
{
  last          = 0;
  int latest    = -1;
  bool complete = false;
  remark_.clear();
  for (const unsigned int number : {1, 2})
  {
    const std::string folder = generation(number);
    const int step           = step_of(folder);
    std::error_code error;
    complete = complete || fs::exists(fs::path(folder) / seal, error);
    if (step < 0 && fs::exists(folder, error))
      remark_ += (remark_.empty() ? "" : " ") + ("The checkpoint in '" + folder) +
                 "' is not whole and is left aside.";
    if (step > latest)
    {
      latest = step;
      last   = number;
    }
  }
  // what an interrupted writing of the first one leaves is no loss, a checkpoint that spoilt is
  if (last == 0 && complete)
    throw InputError(remark_ + " To start anew from t = 0 in this folder remove '" + path_ +
                     "'; else use --output DIR.");
  return last == 0 ? "" : generation(last);
}


std::string Checkpoints::begin()
{
  current                  = last == 1 ? 2 : 1;
  const std::string folder = generation(current);
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}


void Checkpoints::complete(const unsigned int step)
{
  const fs::path folder = generation(current);
  for (const auto &entry : fs::directory_iterator(folder))
    if (belongs(entry.path()))
      synchronise(entry.path().string());
  write_file_atomically((folder / seal).string(), listing(folder, step));
  for (const fs::path &changed : {folder, folder.parent_path()})
    synchronise(changed.string());
  last = current;
}


void Checkpoints::remove()
{
  fs::remove_all(path_);
  last = 0;
}
} // namespace kavity
