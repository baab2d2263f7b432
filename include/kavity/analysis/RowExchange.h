#ifndef kavity_analysis_RowExchange_h
#define kavity_analysis_RowExchange_h

#include "kavity/analysis/CriticalCurrentTable.h"

#include <mpi.h>

#include <functional>
#include <list>
#include <string>
#include <vector>

namespace kavity
{
/** Carries rows of a table from all ranks to rank 0 while every rank works at its own pace. */
class RowExchange
{
public:
  /** The number of a row in the table, and its result; pressure, temperature and kind are left to
   * the receiver, who knows them from the number. */
  using Receiver = std::function<void(unsigned int index, const CriticalCurrentRow &)>;

  explicit RowExchange(MPI_Comm);

  int rank() const
  {
    return this_rank;
  }
  int size() const
  {
    return n_ranks;
  }

  /** From a rank other than 0; returns at once. */
  void send(unsigned int index, const CriticalCurrentRow &);

  /** Ranks other than 0 have sent their last row; waits until all are on their way. */
  void end();

  /** On rank 0: hands over the rows that have arrived; with @p wait until all ranks have ended. */
  void receive(bool wait, const Receiver &);

  /** On rank 0: every other rank has ended. */
  bool all_ended() const
  {
    return n_ended == n_ranks - 1;
  }

  /** Collective: the text of rank 0 everywhere. */
  void broadcast(std::string &text, int root = 0) const;

private:
  struct Message
  {
    std::vector<char> bytes;
    MPI_Request request;
  };

  MPI_Comm communicator;
  int this_rank = 0;
  int n_ranks   = 1;
  int n_ended   = 0;
  std::list<Message> sent;
};


/** An error that must reach all ranks: found on one, thrown on every one. */
class SharedError
{
public:
  /** Runs @p action and keeps what it throws. */
  void guard(const std::function<void()> &action);

  explicit operator bool() const
  {
    return severity != none;
  }

  /** Collective: throws the worst error of all ranks (InputError before others, those as
   * std::runtime_error, before FileError) on every rank, if there is any. */
  void agree(const RowExchange &, MPI_Comm) const;

private:
  enum Severity
  {
    none,
    file,
    internal,
    input
  };
  Severity severity = none;
  std::string text;
};


/** Collective: runs @p action and throws what it threw on any rank on every one, so that none
 * waits for another that has gone. */
void agree_on(MPI_Comm, const std::function<void()> &action);

} // namespace kavity

#endif
