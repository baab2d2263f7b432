#ifndef analysis_protocol_helpers_h
#define analysis_protocol_helpers_h

#include "kavity/analysis/Protocol.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace kavity
{
constexpr double hour = 3600;

/// What conditions of these tests can be about: the protocol's own, and of a cell.
inline const std::vector<Observable> &known_observables()
{
  static const std::vector<Observable> list =
    in_order({described(Protocol::observables()),
              {{"current_density", "mA/cm^2", "", Range::any()},
               {"voltage", "V", "", Range::any()},
               {"contact", "1", "", Range::fraction()},
               {"void_volume", "um", "", Range::non_negative()},
               {"drift", "um/h", "", Range::any()},
               {"metal_error", "1", "", Range::non_negative(), Observable::Role::record},
               {"contact_2", "1", "", Range::fraction(), Observable::Role::state, "",
                "Cell/Kind = symmetric", false, false}}});
  return list;
}

/// A protocol and the parameters it was read from.
struct ReadProtocol
{
  Parameters parameters;
  Protocol protocol;
};

/// From the text of a file.
inline ReadProtocol read_file_of_protocol(const std::string &text)
{
  const std::string path =
    testing::TempDir() + "kavity_protocol_" + std::to_string(getpid()) + ".prm";
  std::ofstream(path) << text;
  ReadProtocol read{Parameters::from_file(path), Protocol()};
  std::remove(path.c_str());
  read.protocol.declare(read.parameters, known_observables());
  read.parameters.finish();
  return read;
}

/// From the text of the section Protocol.
inline Protocol read_protocol(const std::string &text)
{
  return read_file_of_protocol("subsection Protocol\n" + text + "end\n").protocol;
}

/// What is said of it; empty if nothing is wrong.
inline std::string input_errors(const std::string &text)
{
  try
  {
    read_protocol(text);
  }
  catch (const InputError &error)
  {
    return error.what();
  }
  return {};
}
} // namespace kavity

#endif
