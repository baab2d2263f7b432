#include "kavity/analysis/RowExchange.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <stdexcept>

namespace kavity
{
namespace
{
constexpr int row_tag = 748;
constexpr int end_tag = 749;

// A row travels as its index and three currents (not a number: none), then cause and warning, a
// zero between them.
using Numbers = std::array<double, 4>;


std::vector<char> packed(const unsigned int index, const CriticalCurrentRow &row)
{
  const double none       = std::numeric_limits<double>::quiet_NaN();
  const Numbers numbers   = {static_cast<double>(index), row.current.value_or(none),
                             row.lower.value_or(none), row.upper.value_or(none)};
  const std::string texts = row.cause + '\0' + row.warning;
  std::vector<char> bytes(sizeof(numbers) + texts.size());
  std::memcpy(bytes.data(), numbers.data(), sizeof(numbers));
  std::memcpy(bytes.data() + sizeof(numbers), texts.data(), texts.size());
  return bytes;
}


std::optional<double> if_number(const double value)
{
  return std::isnan(value) ? std::optional<double>() : value;
}
} // namespace


RowExchange::RowExchange(MPI_Comm communicator)
  : communicator(communicator)
{
  MPI_Comm_rank(communicator, &this_rank);
  MPI_Comm_size(communicator, &n_ranks);
}


void RowExchange::send(const unsigned int index, const CriticalCurrentRow &row)
{
  sent.push_back({packed(index, row), {}});
  Message &message = sent.back();
  MPI_Isend(message.bytes.data(), static_cast<int>(message.bytes.size()), MPI_CHAR, 0, row_tag,
            communicator, &message.request);
}


void RowExchange::end()
{
  for (Message &message : sent)
    MPI_Wait(&message.request, MPI_STATUS_IGNORE);
  sent.clear();
  MPI_Send(nullptr, 0, MPI_CHAR, 0, end_tag, communicator);
}


void RowExchange::receive(const bool wait, const Receiver &receiver)
{
  while (!all_ended())
  {
    MPI_Status status;
    int arrived = 1;
    if (wait)
      MPI_Probe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator, &status);
    else
      MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator, &arrived, &status);
    if (!arrived)
      return;
    int size = 0;
    MPI_Get_count(&status, MPI_CHAR, &size);
    std::vector<char> bytes(size);
    MPI_Recv(bytes.data(), size, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, communicator,
             MPI_STATUS_IGNORE);
    if (status.MPI_TAG == end_tag)
    {
      ++n_ended;
      continue;
    }
    Numbers numbers;
    std::memcpy(numbers.data(), bytes.data(), sizeof(numbers));
    CriticalCurrentRow row{};
    row.current      = if_number(numbers[1]);
    row.lower        = if_number(numbers[2]);
    row.upper        = if_number(numbers[3]);
    const auto texts = bytes.begin() + sizeof(numbers);
    const auto zero  = std::find(texts, bytes.end(), '\0');
    row.cause.assign(texts, zero);
    row.warning.assign(zero + 1, bytes.end());
    receiver(static_cast<unsigned int>(numbers[0]), row);
  }
}


void RowExchange::broadcast(std::string &text, const int root) const
{
  unsigned long size = text.size();
  MPI_Bcast(&size, 1, MPI_UNSIGNED_LONG, root, communicator);
  text.resize(size);
  constexpr unsigned long most = 1 << 30; // counts are of type int
  for (unsigned long start = 0; start < size; start += most)
    MPI_Bcast(text.data() + start, static_cast<int>(std::min(most, size - start)), MPI_CHAR, root,
              communicator);
}


void SharedError::guard(const std::function<void()> &action)
{
  try
  {
    action();
  }
  catch (const InputError &caught)
  {
    severity = input;
    text     = caught.what();
  }
  catch (const FileError &caught)
  {
    severity = file;
    text     = caught.what();
  }
  catch (const std::filesystem::filesystem_error &caught)
  {
    severity = file;
    text     = FileError(caught.path1().string(), caught.code().value()).what();
  }
  catch (const std::exception &caught)
  {
    severity = internal;
    text     = caught.what();
  }
}


void SharedError::agree(const RowExchange &exchange, MPI_Comm communicator) const
{
  struct
  {
    int severity, rank;
  } mine = {severity, exchange.rank()}, worst;
  MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, communicator);
  if (worst.severity == none)
    return;
  std::string message = text;
  exchange.broadcast(message, worst.rank);
  if (worst.severity == input)
    throw InputError(message);
  if (worst.severity == file)
    throw FileError(message);
  throw std::runtime_error(message);
}


void agree_on(MPI_Comm communicator, const std::function<void()> &action)
{
  SharedError error;
  error.guard(action);
  error.agree(RowExchange(communicator), communicator);
}

} // namespace kavity
