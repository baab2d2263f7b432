#ifndef kavity_tests_laws_input_h
#define kavity_tests_laws_input_h

#include "kavity/core/Parameters.h"
#include "kavity/laws/Metal.h"

#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

namespace kavity_tests
{
/// The parameters in @p text, read from a file of their own that is gone afterwards.
inline kavity::Parameters parameters_of(const std::string &text)
{
  const std::string name = "laws_input_" + std::to_string(getpid()) + ".prm";
  std::ofstream(name) << text;
  kavity::Parameters parameters = kavity::Parameters::from_file(name);
  std::remove(name.c_str());
  return parameters;
}

/// An object declared in the section @p section of @p text; errors are thrown.
template <class Object>
Object declared(const std::string &text, const std::string &section)
{
  kavity::Parameters parameters = parameters_of(text);
  Object object;
  parameters.enter(section);
  object.declare(parameters);
  parameters.leave();
  parameters.finish();
  return object;
}

/// A law by name, with the entries in @p entries.
template <class Law>
std::unique_ptr<Law> law_of(const std::string &name, const std::string &entries)
{
  kavity::Parameters parameters =
    parameters_of("set Law = " + name + "\nsubsection " + name + "\n" + entries + "end\n");
  std::unique_ptr<Law> law;
  parameters.law("Law", law, name, "");
  parameters.finish();
  return law;
}

/// What finish() says about @p text after @p declare(parameters); empty if nothing.
template <class Declare>
std::string complaint(const std::string &text, const Declare &declare)
{
  kavity::Parameters parameters = parameters_of(text);
  declare(parameters);
  try
  {
    parameters.finish();
  }
  catch (const kavity::InputError &error)
  {
    return error.what();
  }
  return "";
}

/// Potassium-like power law; @p more are further entries.
inline std::string power_law_entries(const std::string &more)
{
  return "set Reference rate = 63 1/s\nset Reference temperature = 20 degC\n"
         "set Stress exponent = 5\nset Activation energy = 39.2 kJ/mol\n" +
         more;
}

inline const std::string all_branches =
  "set Breakdown stress = 0.75 MPa\nset Linear stress = 0.075 MPa\n"
  "set Size effect length = 140 um\n";

inline const std::string pure_power = "set Breakdown = false\nset Linear branch = false\n";

/// Potassium with the creep of power_law_entries(@p creep).
inline kavity::Metal potassium(const std::string &creep = all_branches)
{
  return declared<kavity::Metal>(
    "subsection Metal\nset Molar volume = 45.36 cm^3/mol\nset Diffusion prefactor = 1.6e-5 m^2/s\n"
    "set Diffusion energy = 39.2 kJ/mol\nset Sink distance = 8.2 um\n"
    "set Surface energy = 0.13 J/m^2\nset Melting temperature = 336.5 K\n"
    "set Shear modulus = 0.75 GPa\nset Young modulus = 2.1 GPa\nset Poisson ratio = 0.39\n"
    "subsection power_law\n" +
      power_law_entries(creep) + "end\nend\n",
    "Metal");
}
} // namespace kavity_tests

#endif
