#include "kavity/core/Logging.h"

#include "kavity/core/FileError.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace kavity
{
namespace
{
// "1:05:09", "5:09"
std::string clock_text(const double seconds)
{
  const long total = static_cast<long>(std::max(0., seconds) + 0.5);
  char text[64];
  if (total >= 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", total / 60, total % 60);
  return text;
}

// Open MPI gives its ranks a terminal, wherever their output goes.
bool under_mpirun()
{
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr;
}
} // namespace


Log::Log(const bool speaks)
  : speaks_(speaks)
  , on_terminal_(speaks && isatty(STDOUT_FILENO) && !under_mpirun())
  , stream_(std::cout)
{
}


Log::Log(const bool speaks, std::ostream &stream)
  : speaks_(speaks)
  , on_terminal_(false)
  , stream_(stream)
{
}


void Log::open_file(const std::string &path, const bool append)
{
  if (!speaks_)
    return;
  path_ = path;
  file_ = std::ofstream(path, append ? std::ios::app : std::ios::trunc);
  if (!file_)
    throw FileError(path, errno);
}


bool Log::speaks() const
{
  return speaks_;
}


bool Log::on_terminal() const
{
  return on_terminal_;
}


void Log::write(const std::string &line)
{
  show_status("");
  stream_ << line << std::endl;
  write_to_file(line);
}


void Log::write_to_file(const std::string &line)
{
  if (!file_.is_open())
    return;
  file_.clear(); // there may be room again
  if (!(file_ << line << std::endl) && fault_.empty())
    fault_ = FileError(path_, errno).what();
}


void Log::error(const std::string &line)
{
  if (!speaks_)
    return;
  show_status("");
  std::cerr << line << std::endl;
  write_to_file(line);
}


void Log::show_status(const std::string &status)
{
  if (!on_terminal_ || (status.empty() && !status_shown_))
    return;
  stream_ << "\r\033[K" << status << std::flush; // erases the line first
  status_shown_ = !status.empty();
}


Progress::Progress(Log &log, const double interval)
  : log_(log)
  , interval_(interval)
  , start_(Clock::now())
  , last_shown_(start_)
{
}


Progress::~Progress()
{
  log_.show_status("");
}


void Progress::begin(const double done)
{
  begun_ = done;
  start_ = Clock::now();
}


void Progress::update(const double done, const double left, const std::string &text)
{
  if (!log_.speaks())
    return;
  const auto now         = Clock::now();
  const double since     = std::chrono::duration<double>(now - last_shown_).count();
  const double least     = log_.on_terminal() ? 0.1 : interval_; // a terminal can take more
  const bool first_shown = !shown_;
  if (!first_shown && since < least)
    return;
  last_shown_ = now;
  shown_      = true;

  const double fraction = done > 0 ? done / (done + left) : 0;
  const double elapsed  = std::chrono::duration<double>(now - start_).count();
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3.0f%%", 100 * fraction);
  // the first hundredth, with its short steps, says nothing about the rest
  const double now_done = done - begun_;
  const std::string time_left =
    now_done > 0.01 * (now_done + left) ? clock_text(elapsed * left / now_done) + " left" : "";
  if (!log_.on_terminal())
    return log_.line(percent, "  ", text, time_left.empty() ? "" : "  ", time_left);

  const int width       = 24;
  const int full        = static_cast<int>(fraction * width);
  const std::string bar = std::string(full, '#') + std::string(width - full, '.');
  log_.show_status("[" + bar + "] " + percent + "  " + text + "  " + time_left);
}
} // namespace kavity
