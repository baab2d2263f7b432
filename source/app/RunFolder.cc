#include "kavity/app/RunFolder.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"
#include "kavity/io/Files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace kavity
{
namespace fs = std::filesystem;

class RunFolder::Lock
{
public:
  explicit Lock(const int file)
    : file_(file)
  {
  }
  Lock(const Lock &)            = delete;
  Lock &operator=(const Lock &) = delete;
  ~Lock()
  {
    ::close(file_);
  }

private:
  int file_;
};

namespace
{
// What a path leads through that is there and is no folder; empty: nothing.
std::string file_on_the_way(const fs::path &path)
{
  fs::path part;
  std::error_code error;
  for (const fs::path &name : path)
    if (part /= name; fs::exists(part, error) && !fs::is_directory(part, error))
      return part.string();
  return {};
}

// A path that cannot be a folder is a mistake of whoever gives it; one that is not to be written to
// may be tomorrow.
[[noreturn]] void refuse_folder(const std::string &path, const int reason)
{
  if (const std::string file = file_on_the_way(path); !file.empty())
    throw InputError("Cannot write results to folder '" + path + "': '" + file +
                     "' is a file. Rename it, or give another folder with --output DIR.");
  const std::string message = "Cannot write results to folder '" + path +
                              "': " + std::strerror(reason) +
                              ". Give a folder you may write to with --output DIR.";
  if (reason == ENOTDIR || reason == EEXIST || reason == ENAMETOOLONG || reason == ELOOP)
    throw InputError(message);
  throw FileError(message);
}

// What a calculation begins with, which says whose a folder is that has lost its lock file.
const std::pair<const char *, const char *> entries_files[] = {
  {"run", "run_parameters.txt"},
  {"critical-current", "critical_current_parameters.txt"},
  {"study", "study_parameters.txt"}};

std::string host_name()
{
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return host;
}

// As a lock file names whoever writes to its folder.
std::string own_name()
{
  return std::to_string(::getpid()) + " " + host_name();
}

// Of such a name; empty where it is of nobody any more, or of nobody known.
std::string process_text(const std::string &process, const std::string &host)
{
  if (process.empty() || process.find_first_not_of("0123456789") != std::string::npos)
    return {};
  if (host != host_name())
    return "process " + process + " on " + host;
  const bool alive = ::kill(std::stoi(process), 0) == 0 || errno == EPERM;
  return alive ? "process " + process : "";
}

std::string numbered(const std::string &base, const unsigned int k)
{
  return k == 1 ? base : base + '-' + std::to_string(k);
}

bool exists(const std::string &path)
{
  std::error_code error;
  return fs::exists(path, error);
}

// A search takes more points into a table that is complete.
bool extensible(const std::string &command)
{
  return command == "critical-current" || command == "study";
}

// What calculations write.
const char *const written[] = {"result.json",
                               "history.csv",
                               "critical_current.csv",
                               "solution.pvd",
                               "interface.pvd",
                               "interface_final.csv",
                               "interface_final_2.csv",
                               "checkpoint",
                               "fields",
                               "figures",
                               "log.txt",
                               "parameters.prm",
                               "critical_current_parameters.txt",
                               "study.csv",
                               "sensitivity.csv",
                               "study_parameters.txt",
                               "rows",
                               "run_parameters.txt"};
} // namespace


// Tells at once what is waited for, and says no when it has been waited for long enough.
class RunFolder::Patience
{
public:
  explicit Patience(const Tell &tell)
    : tell(tell)
  {
  }

  bool waits_for(const State &now, const std::string &path)
  {
    if (std::chrono::steady_clock::now() > end)
      return false;
    if (!told && tell)
      tell("Folder '" + path + "' " + now.written_by() + ": waiting for it to end, for up to " +
           std::to_string(longest.count()) + " s.");
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return true;
  }

private:
  static constexpr std::chrono::seconds longest = std::chrono::seconds(10);

  const Tell &tell;
  const std::chrono::steady_clock::time_point end = std::chrono::steady_clock::now() + longest;
  bool told                                       = false;
};


RunFolder::RunFolder(std::string path)
  : path_(std::move(path))
{
}


RunFolder RunFolder::create(const std::string &command, const std::string &parameter_file,
                            const std::string &output, const bool resume, const Tell &tell)
{
  if (!output.empty())
    return open_explicit(command, output, resume, tell);

  const std::string base = (fs::path("results") / fs::path(parameter_file).stem()).string();
  if (resume)
    return open_to_resume(command, base, tell);
  for (unsigned int k = 1;; ++k)
  {
    RunFolder folder(numbered(base, k));
    if (!folder.state().free() || !folder.prepare(command))
      continue;
    if (k > 1)
      folder.remark_ = "'" + numbered(base, k - 1) + "' " +
                       RunFolder(numbered(base, k - 1)).kept(command) +
                       " and is kept; writing to '" + folder.path_ + "'.";
    return folder;
  }
}


std::string RunFolder::kept(const std::string &command) const
{
  const State now = state();
  if (now.finished)
    return "holds a finished calculation";
  if (now.busy)
    return now.written_by();
  if (!now.owner.empty() && now.owner != command)
    return "holds an unfinished 'kavity " + now.owner + "'";
  if (!now.owner.empty())
    return "holds an unfinished calculation (--resume goes on with it)";
  return "holds '" + now.occupied + "', which is not of a calculation";
}


std::string RunFolder::State::written_by() const
{
  return "is being written by another calculation" + (writer.empty() ? "" : " (" + writer + ")");
}


RunFolder RunFolder::open_explicit(const std::string &command, const std::string &output,
                                   const bool resume, const Tell &tell)
{
  RunFolder folder(output);
  const State now         = resume ? folder.state_at_rest(command, tell) : folder.state();
  const std::string other = "Give another folder with --output DIR";
  folder.require_own(now, command, resume);
  if (now.finished && resume && !extensible(command))
    return folder.remark_finished();
  if (now.finished && !resume)
    throw InputError("Folder '" + output +
                     "' holds a finished calculation (result.json) and is kept. " + other +
                     ", or remove this one first.");
  if (now.busy)
    throw InputError("Folder '" + output + "' " + now.written_by() + ". " + other +
                     ", or wait for it to end.");
  if (resume && now.owner.empty())
    throw InputError("Nothing to resume: folder '" + output +
                     (exists(output) ? "' holds no calculation" : "' does not exist") +
                     ". Start without --resume.");
  if (!resume && !now.free())
    throw InputError("Folder '" + output +
                     "' holds an unfinished calculation and is kept. Go on with it with --resume, "
                     "or give another folder with --output DIR.");
  if (!folder.prepare(command))
    throw InputError("Folder '" + output + "' " + folder.state().written_by() + ". " + other +
                     ", or wait for it to end.");
  folder.resuming_ = resume;
  if (now.finished)
    folder.remark_ =
      "The calculation in '" + output + "' is finished; what is asked for in addition is done.";
  return folder;
}


void RunFolder::require_own(const State &now, const std::string &command, const bool resume) const
{
  const std::string other = " and is kept. Give another folder with --output DIR";
  if (!now.owner.empty() && now.owner != command)
    throw InputError("Folder '" + path_ + "' holds a calculation of 'kavity " + now.owner + "'" +
                     other + (resume ? ", or go on with 'kavity " + now.owner + "'." : "."));
  if (!now.occupied.empty() && now.owner.empty() && !now.finished && !now.busy)
    throw InputError("Folder '" + path_ + "' holds '" + now.occupied +
                     "', which is not of a calculation that could go on," + other + ".");
}


RunFolder RunFolder::share(const std::string &command, const std::string &output, const Tell &tell)
{
  RunFolder folder(output);
  State now    = folder.state();
  now.finished = now.busy = false; // by others that share it
  folder.require_own(now, command, true);
  Patience patience(tell);
  while (!folder.prepare(command, true))
    if (now = folder.state(); !patience.waits_for(now, folder.path_))
      throw InputError("Folder '" + output + "' " + now.written_by() +
                       ", which has it for itself. Give another folder with --output DIR, or wait "
                       "for it to end.");
  folder.resuming_ = true;
  return folder;
}


RunFolder RunFolder::open_to_resume(const std::string &command, const std::string &base,
                                    const Tell &tell)
{
  unsigned int last = 0;
  while (exists(numbered(base, last + 1)))
    ++last;
  std::string finished, busy, writer;
  for (unsigned int k = last; k > 0; --k)
  {
    RunFolder folder(numbered(base, k));
    const State now = folder.state_at_rest(command, tell);
    if (now.owner != command)
      continue;
    if (now.finished || now.busy)
    {
      std::string &found = now.finished ? finished : busy;
      if (found.empty() && now.busy)
        writer = now.writer;
      found = found.empty() ? folder.path_ : found;
      continue;
    }
    if (!folder.prepare(command))
      continue;
    folder.resuming_ = true;
    folder.remark_   = "Going on with the calculation in '" + folder.path_ + "'.";
    return folder;
  }
  if (!busy.empty())
    throw InputError("Nothing to resume: the calculation in '" + busy + "' is still running" +
                     (writer.empty() ? "" : ", as " + writer) +
                     ". Start without --resume for a new one.");
  if (!finished.empty() && extensible(command))
    return open_explicit(command, finished, true, tell);
  if (!finished.empty())
    return RunFolder(finished).remark_finished();
  throw InputError(
    "Nothing to resume: folder '" + base +
    (last == 0 ? "' does not exist" : "' holds no calculation of 'kavity " + command + "'") +
    ". Start without --resume, or name the folder with --output DIR.");
}


RunFolder RunFolder::remark_finished()
{
  remark_ = "The calculation in '" + path_ + "' is finished: there is nothing to go on with.";
  return *this;
}


std::string RunFolder::file(const std::string &name) const
{
  return (fs::path(path_) / name).string();
}


std::string RunFolder::log_file() const
{
  return file("log.txt");
}


std::string RunFolder::figures() const
{
  return file("figures");
}


std::string RunFolder::way_on(const std::string &option) const
{
  std::error_code error; // of what may be there, but cannot be looked at
  if (fs::exists(lock_file(), error) || error || !owner().empty())
    return "goes on with " + option + " once files can be written again";
  return "goes on with " + option + " only once folder '" + path_ +
         "', which is gone, is back as it was";
}


bool RunFolder::finished() const
{
  return exists(file("result.json"));
}


std::string RunFolder::owner() const
{
  return state().owner;
}


RunFolder::State RunFolder::state() const
{
  State now;
  std::error_code error;
  now.finished = finished();
  if (const int descriptor = ::open(lock_file().c_str(), O_RDONLY | O_CLOEXEC); descriptor >= 0)
  {
    now.busy = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    std::ifstream file(lock_file());
    std::string process, host;
    file >> now.owner >> process >> host;
    now.writer = now.busy ? process_text(process, host) : "";
  }
  for (const auto &[command, begun] : entries_files)
    if (now.owner.empty() && exists(file(begun)))
      now.owner = command;
  for (const char *const name : written)
    if (exists(file(name)) && !fs::is_empty(file(name), error))
    {
      now.occupied = name;
      break;
    }
  return now;
}


std::string RunFolder::lock_file() const
{
  return file(".lock");
}


bool RunFolder::prepare(const std::string &command, const bool shared)
{
  std::error_code error;
  fs::create_directories(path_, error);
  if (error)
    refuse_folder(path_, error.value());
  const int descriptor = ::open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    refuse_folder(path_, errno);
  lock_ = std::make_shared<Lock>(descriptor);
  // a file system without locks must not stop a calculation: only a held lock counts
  if (::flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 && errno == EWOULDBLOCK)
  {
    lock_.reset();
    return false;
  }
  const std::string owner = command + ' ' + own_name() + '\n';
  if (::pwrite(descriptor, owner.data(), owner.size(), 0) != static_cast<ssize_t>(owner.size()) ||
      ::ftruncate(descriptor, static_cast<off_t>(owner.size())) != 0)
    refuse_folder(path_, errno);
  if (shared)
    return true; // what looks left over may be of another process
  const fs::path checkpoint = file("checkpoint");
  std::vector<std::string> names(std::begin(written), std::end(written));
  names.push_back("complete");
  for (const fs::path &folder : {fs::path(path_), checkpoint / "1", checkpoint / "2"})
    remove_temporaries(folder.string(), names);
  return true;
}


RunFolder::State RunFolder::state_at_rest(const std::string &command, const Tell &tell) const
{
  State now = state();
  Patience patience(tell);
  while (now.busy && (now.owner.empty() || now.owner == command) && patience.waits_for(now, path_))
    now = state();
  return now;
}


void RunFolder::write_parameters(const Parameters &parameters) const
{
  std::ostringstream text;
  parameters.print(text, "prm");
  write_file_atomically(file("parameters.prm"), text.str());
}
} // namespace kavity
