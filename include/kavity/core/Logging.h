#ifndef kavity_core_Logging_h
#define kavity_core_Logging_h

#include <chrono>
#include <fstream>
#include <iosfwd>
#include <sstream>
#include <string>

namespace kavity
{
/// What a run says: plain lines to a stream and, once a file is opened, the same lines to it. Of
/// several processes one speaks; the others construct their Log with speaks = false and are mute.
class Log
{
public:
  /// Writes to standard output.
  explicit Log(bool speaks);

  /// Writes to @p stream, which must outlive the Log; never treated as a terminal.
  Log(bool speaks, std::ostream &stream);

  /// From now on writes every line to this file as well (kept if @p append, else emptied).
  /// @throws FileError if it cannot be written
  void open_file(const std::string &path, bool append = false);

  /// One line made of all parts, in the format of operator<<.
  template <class... Parts>
  void line(const Parts &...parts)
  {
    if (!speaks_)
      return;
    std::ostringstream text;
    (text << ... << parts);
    write(text.str());
  }

  /// A line that starts with "warning: ".
  template <class... Parts>
  void warning(const Parts &...parts)
  {
    line("warning: ", parts...);
  }

  /// What ends a calculation: a line to standard error, whatever the stream, and to the file.
  void error(const std::string &line);

  /// Why the file lacks lines, as the message of a FileError; empty if it has them all.
  const std::string &fault() const
  {
    return fault_;
  }

  bool speaks() const;

  /// True if the stream is a terminal, on which a progress bar may overwrite its line.
  bool on_terminal() const;

private:
  friend class Progress;

  void write(const std::string &line);
  void write_to_file(const std::string &line);

  /// Overwrites the last line of the terminal (an empty text removes it); not written to the file.
  void show_status(const std::string &status);

  bool speaks_;
  bool on_terminal_;
  std::ostream &stream_;
  std::string path_, fault_;
  std::ofstream file_;
  bool status_shown_ = false;
};

/// How far a run has come: a bar with the time left on a terminal, elsewhere plain lines, at most
/// one per interval. Removes its bar when destroyed.
class Progress
{
public:
  /// @p interval in seconds between plain lines.
  explicit Progress(Log &log, double interval = 5);
  ~Progress();

  Progress(const Progress &)            = delete;
  Progress &operator=(const Progress &) = delete;

  /// The clock of the time left starts now, with so much done before, in whatever unit.
  void begin(double done);

  /// Reports how much is done, and how much is likely to be left, in that unit; @p text says where
  /// the run is (step, time, ...).
  void update(double done, double left, const std::string &text);

private:
  using Clock = std::chrono::steady_clock;

  Log &log_;
  double interval_;
  Clock::time_point start_;
  Clock::time_point last_shown_;
  double begun_ = 0;
  bool shown_   = false;
};
} // namespace kavity

#endif
