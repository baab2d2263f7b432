#ifndef kavity_tests_laws_dendrite_h
#define kavity_tests_laws_dendrite_h

#include "kavity/core/Registry.h"
#include "kavity/laws/Conduction.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/Dendrite.h"

#include "laws_input.h"

#include <boost/math/tools/toms748_solve.hpp>

#include <cmath>
#include <filesystem>

namespace kavity_tests
{
/// Potassium, or another metal, on an electrolyte of the materials' files, plated everywhere alike.
struct UniformPlating
{
  kavity::Metal metal;
  kavity::ButlerVolmer kinetics;
  kavity::Conduction electrolyte;
  double temperature = 293.15, stack_pressure = 2.5e6, contact = 1;

  static UniformPlating of(const std::string &metal, const std::string &electrolyte)
  {
    UniformPlating cell;
    cell.metal       = material<kavity::Metal>(metal, "Metal");
    cell.kinetics    = material<kavity::ButlerVolmer>(electrolyte, "Kinetics");
    cell.electrolyte = material<kavity::Conduction>(electrolyte, "Electrolyte");
    return cell;
  }

  /// Overpotential and film at a current density per contact area, V: without a film for equal
  /// transfer coefficients.
  double loss(const double local) const
  {
    const double thermal = kavity::gas_constant * temperature / kavity::faraday;
    return 2 * thermal * std::asinh(local / (2 * kinetics.exchange_current_density(temperature))) +
           kinetics.R_film * local;
  }

  /// A point of the interface that takes the current density @p i > 0 (A/m^2).
  kavity::DendriteSite site(const double i) const
  {
    const double sigma = electrolyte.normal_conductivity(temperature), local = i / contact;
    kavity::DendriteSite result{metal, kinetics, temperature, sigma,
                                electrolyte.fracture_toughness};
    result.current   = -i;
    result.contact   = contact;
    result.pressure  = stack_pressure;
    result.potential = metal.molar_volume * stack_pressure / contact +
                       kavity::faraday * metal.interface_sink_resistance(temperature) * local;
    const double at_contact = loss(local);
    result.drive            = [=](const double x) { return -(at_contact + i * x / sigma); };
    return result;
  }

  /// Where a criterion turns critical, A/m^2.
  double critical_current(const kavity::DendriteCriterion &criterion) const
  {
    std::uintmax_t iterations = 100;
    const auto root           = boost::math::tools::toms748_solve(
      [&](const double log_i) { return criterion.judge(site(std::exp(log_i))).margin; },
      std::log(1e-6), std::log(1e6), boost::math::tools::eps_tolerance<double>(40), iterations);
    return std::exp(root.first);
  }

private:
  template <class Object>
  static Object material(const std::string &name, const std::string &section)
  {
    const auto folder = std::filesystem::path(KAVITY_TEST_DATA) / "../../parameter_files/materials";
    auto parameters   = kavity::Parameters::from_file((folder / (name + ".prm")).string());
    Object object;
    parameters.enter(section);
    object.declare(parameters);
    parameters.leave();
    return object;
  }
};
} // namespace kavity_tests

#endif
