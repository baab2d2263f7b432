#ifndef kavity_tests_verification_metal_h
#define kavity_tests_verification_metal_h

#include "kavity/core/Parameters.h"
#include "kavity/laws/Constants.h"
#include "kavity/laws/Metal.h"

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/roots.hpp>
#include <mpi.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

// Metals for verification, read from the library of materials as a user would.
namespace verification
{
inline kavity::Metal metal_from(const std::string &text,
                                const std::vector<std::string> &overrides = {})
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  char name[L_tmpnam + 64];
  std::snprintf(name, sizeof(name), "verification_metal_%d_%d.prm", static_cast<int>(getpid()),
                rank);
  std::ofstream(name) << text;
  kavity::Metal metal;
  auto parameters = kavity::Parameters::from_file(name, overrides);
  std::remove(name);
  parameters.enter("Metal");
  metal.declare(parameters);
  parameters.leave();
  parameters.finish();
  return metal;
}

inline kavity::Metal potassium(const std::vector<std::string> &overrides = {})
{
  return metal_from("include materials/K-bulk-sinks.prm\n", overrides);
}

/// Potassium that creeps linearly with the viscosity eta (Pa s).
inline kavity::Metal linear_potassium(const double eta)
{
  return potassium(
    {"Metal/Creep law=linear", "Metal/linear/Viscosity=" + std::to_string(eta) + " Pa s"});
}

/// i_v = F sqrt[(2 M/Omega) int_0^P e(u) du] with zeta e + (2/3) s(2e/3) = u; A/m^2.
inline double half_space_voiding_current(const kavity::Metal &metal, const double P, const double T)
{
  const double M = metal.mobility(T), zeta = metal.sink_viscosity(T);
  const auto rate = [&](const double u)
  {
    if (u <= 0)
      return 0.;
    const auto excess = [&](const double e)
    { return zeta * e + 2. / 3 * metal.creep->flow_stress(2 * e / 3, T) - u; };
    boost::uintmax_t iterations = 100;
    return boost::math::tools::toms748_solve(
             excess, 0., u / zeta, boost::math::tools::eps_tolerance<double>(50), iterations)
      .first;
  };
  const double integral =
    boost::math::quadrature::gauss_kronrod<double, 31>::integrate(rate, 0., P, 8, 1e-10);
  return kavity::faraday * std::sqrt(2 * M / metal.molar_volume * integral);
}
} // namespace verification

#endif
