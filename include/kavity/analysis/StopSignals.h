#ifndef kavity_analysis_StopSignals_h
#define kavity_analysis_StopSignals_h

#include <mpi.h>

#include <string>
#include <vector>

namespace kavity
{
/** What a shell expects of a program that a signal has ended: 128 and the number of the signal. */
inline int exit_code_of_signal(const int signal)
{
  return 128 + signal;
}

/** Thrown to leave a calculation that is to stop, from wherever it is; no error. */
struct StoppedBySignal
{
};

/**
 * While an object lives, the first SIGTERM or SIGINT does not end the program but asks the
 * calculation to stop where it is safe; the second one ends it at once. A signal that whoever
 * started the program has told it to ignore stays ignored. One object at a time.
 */
class StopSignals
{
public:
  /** Collective. */
  explicit StopSignals(MPI_Comm);
  /** Collective, unless an error ends the calculation. */
  ~StopSignals();

  StopSignals(const StopSignals &)            = delete;
  StopSignals &operator=(const StopSignals &) = delete;

  /** Collective: the signal that any rank has received, the same on every rank; 0: none. */
  int agreed() const;

  /** For ranks that work at their own pace: passes a signal of this rank on to the others, and
   * throws StoppedBySignal if this or another one has received any. */
  void poll();

  /** "SIGTERM" */
  static std::string name(int signal);

private:
  void receive();

  MPI_Comm communicator; ///< of its own
  bool told  = false;    ///< the others know of the signal of this rank
  bool asked = false;    ///< another rank has received one
  std::vector<MPI_Request> requests;
  unsigned int n_received = 0;
};
} // namespace kavity

#endif
