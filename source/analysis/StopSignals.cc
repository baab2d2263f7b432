#include "kavity/analysis/StopSignals.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>

namespace kavity
{
namespace
{
constexpr std::array<int, 2> signals = {SIGTERM, SIGINT};

volatile std::sig_atomic_t received = 0;

std::array<struct sigaction, signals.size()> before;

void restore()
{
  for (std::size_t i = 0; i < signals.size(); ++i)
    ::sigaction(signals[i], &before[i], nullptr);
}

void take(const int signal)
{
  received = signal;
  restore();
}
} // namespace


StopSignals::StopSignals(MPI_Comm comm)
{
  MPI_Comm_dup(comm, &communicator);
  received                = 0;
  struct sigaction action = {};
  action.sa_handler       = take;
  action.sa_flags         = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i)
    ::sigaction(signals[i], nullptr, &before[i]);
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (before[i].sa_handler != SIG_IGN)
      ::sigaction(signals[i], &action, nullptr);
}


StopSignals::~StopSignals()
{
  restore();
  if (std::uncaught_exceptions() > 0)
    return; // the other ranks need not be here
  // every message that was sent must be received before its communicator goes
  int n_ranks = 1, mine = told;
  MPI_Comm_size(communicator, &n_ranks);
  std::vector<int> all(n_ranks);
  MPI_Allgather(&mine, 1, MPI_INT, all.data(), 1, MPI_INT, communicator);
  const unsigned int expected = std::count(all.begin(), all.end(), 1) - mine;
  while (n_received < expected)
    receive();
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  MPI_Comm_free(&communicator);
}


int StopSignals::agreed() const
{
  int mine = received, worst = 0;
  MPI_Allreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, communicator);
  return worst;
}


void StopSignals::receive()
{
  MPI_Recv(nullptr, 0, MPI_CHAR, MPI_ANY_SOURCE, 0, communicator, MPI_STATUS_IGNORE);
  ++n_received;
}


void StopSignals::poll()
{
  int rank = 0, n_ranks = 1;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &n_ranks);
  if (received != 0 && !told)
  {
    told = true;
    for (int other = 0; other < n_ranks; ++other)
      if (other != rank)
        MPI_Isend(nullptr, 0, MPI_CHAR, other, 0, communicator, &requests.emplace_back());
  }
  int arrived = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, 0, communicator, &arrived, MPI_STATUS_IGNORE);
  if (arrived)
  {
    receive();
    asked = true;
  }
  if (told || asked)
    throw StoppedBySignal();
}


std::string StopSignals::name(const int signal)
{
  return signal == SIGTERM ? "SIGTERM" : "SIGINT";
}
} // namespace kavity
