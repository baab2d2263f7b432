#include "kavity/physics/SpatialVariation.h"

#include "FactorTable.h"

#include <deal.II/base/function_parser.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <memory>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "kavity/core/Parameters.h"

namespace kavity
{
namespace
{
using Factor = std::function<double(double, double)>;

constexpr double pi = 3.14159265358979323846;

// A comma that separates no arguments: muParser would quietly take what follows it as the value.
bool has_stray_comma(const std::string &expression)
{
  int depth = 0;
  for (const char c : expression)
  {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth <= 0)
      return true;
  }
  return false;
}


// Discards what is written to std::cerr while it lives.
class SilentErrors
{
public:
  SilentErrors()
    : before_(std::cerr.rdbuf(nullptr))
  {
  }

  ~SilentErrors()
  {
    std::cerr.rdbuf(before_);
    std::cerr.clear(); // writing without a buffer sets badbit
  }

  SilentErrors(const SilentErrors &)            = delete;
  SilentErrors &operator=(const SilentErrors &) = delete;

private:
  std::streambuf *const before_;
};


// Throws std::runtime_error for what is no expression in x and z.
Factor parsed(const std::string &expression)
{
  if (expression.find_first_not_of(" \t") == std::string::npos)
    throw std::runtime_error("is missing; expected for example 1 + 0.3*cos(2*pi*x/50)");
  if (has_stray_comma(expression))
    throw std::runtime_error("'" + expression + "': decimals are written with a point");
  static const std::regex assignment("[^=<>!]=([^=]|$)");
  if (std::regex_search(" " + expression, assignment))
    throw std::runtime_error("'" + expression +
                             "' assigns with '='; expected the factor alone, for "
                             "example 1 + 0.3*cos(2*pi*x/50)");
  if (expression.find("rand") != std::string::npos)
    throw std::runtime_error("rand() would depend on mesh and processes; use Kind = random");

  const SilentErrors silence; // the parser's own report, once per process
  const auto parser = std::make_shared<dealii::FunctionParser<2>>();
  try
  {
    // muParser reads the expression when it is first evaluated; away from 0, where 1/x may trap
    parser->initialize("x,z", std::vector<std::string>{expression}, {{"pi", pi}});
    parser->value(dealii::Point<2>(0.123, 0.456));
  }
  catch (const dealii::ExceptionBase &error)
  {
    std::ostringstream reason;
    error.print_info(reason);
    std::istringstream words(reason.str());
    std::string word, text;
    while (words >> word)
      text += " " + word;
    // without "Parsing Error at Column", which is muParser's number of the error
    const auto said = text.find("said:");
    throw std::runtime_error("'" + expression + "' is no expression in x and z:" +
                             (said == std::string::npos ? text : text.substr(said + 5)));
  }
  return [parser](const double x, const double z)
  { return parser->value(dealii::Point<2>(x * 1e6, z * 1e6)); };
}


bool permitted(const double factor, const bool may_be_zero)
{
  return std::isfinite(factor) && (factor > 0 || (may_be_zero && factor == 0));
}


std::string value_at(const double factor, const double x, const double z, const bool may_be_zero)
{
  std::ostringstream message;
  message << "is " << factor << " at x = " << x * 1e6 << " um, z = " << z * 1e6
          << " um; a factor must be " << (may_be_zero ? ">= 0" : "> 0") << " and finite";
  return message.str();
}


// Uniform and normal numbers that are the same with every standard library: that fixes the
// sequence of the engine but not of its distributions.
class RandomNumbers
{
public:
  explicit RandomNumbers(const unsigned int seed)
    : engine_(seed)
  {
  }

  // sqrt(-2 ln u) (cos, sin)(2 pi v) with u, v in (0, 1) (Box and Muller, Ann. Math. Stat. 29
  // (1958) 610)
  std::pair<double, double> normal_pair()
  {
    const double radius = std::sqrt(-2. * std::log(uniform()));
    const double angle  = 2. * pi * uniform();
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }

private:
  double uniform()
  {
    return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53;
  }

  std::mt19937_64 engine_;
};


// exp(s G - s^2/2), G = sum_m (a_m cos k_m.r + b_m sin k_m.r)/sqrt(M) with a, b ~ N(0,1) and
// k ~ N(0, 1/l_c^2), the spectrum of exp(-r^2/(2 l_c^2)). G is exactly normal at each place; the
// covariance of one field misses that of all by about 1/sqrt(M) = 5 %.
Factor random_field(const double s, const double l_c, const unsigned int seed)
{
  struct Mode
  {
    double k_x, k_z, a, b;
  };
  std::vector<Mode> modes(400);
  RandomNumbers random(seed);
  const double amplitude = s / std::sqrt(static_cast<double>(modes.size()));
  for (Mode &mode : modes)
  {
    const auto [k_x, k_z] = random.normal_pair();
    const auto [a, b]     = random.normal_pair();
    mode                  = {k_x / l_c, k_z / l_c, amplitude * a, amplitude * b};
  }
  return [modes, s](const double x, const double z)
  {
    double sum = -0.5 * s * s;
    for (const Mode &mode : modes)
    {
      const double phase = mode.k_x * x + mode.k_z * z;
      sum += mode.a * std::cos(phase) + mode.b * std::sin(phase);
    }
    return std::exp(sum);
  };
}
} // namespace


SpatialVariation::SpatialVariation(const std::string &section, const bool may_be_zero)
  : section_(section)
  , may_be_zero_(may_be_zero)
{
}


void SpatialVariation::declare(Parameters &parameters)
{
  std::string kind = "none", expression, file, interpolation;
  double deviation = 0.3, length = 1e-5;
  unsigned int seed = 1;
  parameters.choice("Kind", kind, "none", {"none", "expression", "random", "file"},
                    "The factor that multiplies the mean value over the interface.");
  // true if the entry belongs to this kind
  const auto belongs = [&](const std::string &name, const std::string &owner)
  {
    if (parameters.describing() || kind == owner)
      return true;
    parameters.unused(name, kind == "none" ? "no Kind of variation is chosen" : "Kind = " + kind);
    return false;
  };

  if (belongs("Expression", "expression"))
    parameters.add("Expression", expression, "",
                   "Kind = expression: the factor in x and z counted in um (z = 0 in two "
                   "dimensions), for example 1 + 0.3*cos(2*pi*x/50). It must be " +
                     std::string(may_be_zero_ ? ">= 0." : "> 0."));
  if (belongs("Standard deviation", "random"))
    parameters.add("Standard deviation", deviation, "", "1", Range::between(0, 3),
                   "Kind = random: of the logarithm of the factor; its mean is 1.");
  if (belongs("Correlation length", "random"))
    parameters.add("Correlation length", length, "", "um", Range::between(1e-3, 1e9),
                   "Kind = random: l_c of the covariance exp(-r^2/(2 l_c^2)) of the logarithm.");
  if (belongs("Seed", "random"))
    parameters.add("Seed", seed, 1, 0, std::numeric_limits<unsigned int>::max(),
                   "Kind = random: another seed, another field. The same seed gives the same "
                   "pattern to all values it is used for.");
  if (belongs("File", "file"))
    parameters.add_file("File", file,
                        "Kind = file: comma-separated table with the columns x [um], z [um] (may "
                        "be left out), factor; beside the parameter file.");
  if (belongs("Interpolation", "file"))
    parameters.choice("Interpolation", interpolation, "linear", {"linear", "nearest"},
                      "Kind = file: bilinear on the table's grid and constant beyond it, or the "
                      "nearest row.");
  if (parameters.describing())
    return;

  entry_ = kind == "expression" ? "Expression" : kind == "file" ? "File" : "Kind";
  try
  {
    if (kind == "expression")
      factor_ = parsed(expression);
    else if (kind == "random")
      factor_ = random_field(deviation, length, seed);
    else if (kind == "file" && file.empty())
      throw std::runtime_error("is missing; expected the name of a table");
    else if (kind == "file")
      factor_ = factor_table(file, parameters.read_file("File", file), interpolation == "nearest",
                             may_be_zero_);
    else
      factor_ = nullptr;
  }
  catch (const std::runtime_error &error)
  {
    parameters.error(entry_, error.what());
  }
}


void SpatialVariation::check(Parameters &parameters, const double width, const double depth) const
{
  // tables are checked when they are read, random factors are positive
  if (!factor_ || entry_ != "Expression")
    return;
  const unsigned int n_x = depth > 0 ? 100 : 1000, n_z = depth > 0 ? 100 : 1;
  double largest = 0;
  for (unsigned int i = 0; i < n_x; ++i)
    for (unsigned int j = 0; j < n_z; ++j)
    {
      const double x = width * (i + 0.5) / n_x, z = depth > 0 ? depth * (j + 0.5) / n_z : 0.;
      const double factor = factor_(x, z);
      if (!permitted(factor, may_be_zero_))
        return parameters.error(entry_, value_at(factor, x, z, may_be_zero_));
      largest = std::max(largest, factor);
    }
  if (largest == 0)
    parameters.error(entry_, "is 0 everywhere");
}


bool SpatialVariation::varies() const
{
  return static_cast<bool>(factor_);
}


double SpatialVariation::operator()(const double x, const double z) const
{
  if (!factor_)
    return 1.;
  const double factor = factor_(x, z);
  if (!permitted(factor, may_be_zero_))
    throw std::runtime_error("[" + section_ + (section_.empty() ? "" : "/") + entry_ + "] " +
                             value_at(factor, x, z, may_be_zero_));
  return factor;
}
} // namespace kavity
