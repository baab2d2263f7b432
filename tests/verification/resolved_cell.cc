// The resolved cell: uniform contact against docs/model.md, section 4; balances, energy and mesh
// with a void under current.

#include "kavity/cell/Electrode.h"
#include "kavity/core/Parameters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>

#include "../unit/temporary_folder.h"
#include "kavity/laws/Constants.h"

using namespace kavity;

namespace
{
constexpr double T = 293.15, P = 2.5e6;

CellParameters parameters_of(const std::string &text)
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  char name[64];
  std::snprintf(name, sizeof(name), "resolved_cell_%d_%d.prm", static_cast<int>(getpid()), rank);
  std::ofstream(name) << "include materials/K-bulk-sinks.prm\ninclude materials/K-BASE.prm\n"
                      << text;
  CellParameters cell;
  auto parameters = Parameters::from_file(name, {});
  std::remove(name);
  cell.declare(parameters);
  parameters.finish();
  return cell;
}

const char *one_void = R"(
subsection Cell
  set Width                 = 6 um
  set Metal thickness       = 6 um
  set Electrolyte thickness = 6 um
  set Stack pressure        = 2.5 MPa
end
subsection Metal
  set Sink distance = 5 um
end
subsection Mesh
  set Element size at interface = 1 um
end
subsection Voids
  set Model        = resolved
  set Metal length = 2 um
end
subsection Void field
  set Surface width           = 0.8 um
  set Elements across surface = 3
  subsection Void 1
    set Base radius = 2 um
  end
end
subsection Solver
  set Coupling tolerance = 1e-5
end
)";

const RegisteredObservable<Electrode>
  normal_pressure({"normal_pressure", "MPa", "mean over the interface", Range::any()},
                  [](const auto &electrode)
                  { return electrode.interface.mean(electrode.normal_pressure()); });
} // namespace

TEST(ResolvedCell, ASectionOfTheSecondElectrodeHasAllOfItsVoids)
{
  const std::string symmetric =
    std::string(one_void) + "subsection Cell\nset Kind = symmetric\nend\n";
  const auto alike = parameters_of(symmetric);
  ASSERT_EQ(alike.second->void_field.voids.caps.size(), 1U);
  EXPECT_EQ(alike.second->void_field.voids.caps[0].radius, 2e-6);
  const auto other = parameters_of(symmetric + R"(
subsection Void field 2
  subsection Void 1
    set Position    = 5 um
    set Base radius = 1 um
  end
end
)");
  EXPECT_EQ(other.void_field.voids.caps.size(), 1U);
  ASSERT_EQ(other.second->void_field.voids.caps.size(), 1U);
  EXPECT_EQ(other.second->void_field.voids.caps[0].radius, 1e-6);
}

TEST(ResolvedCell, BalancesWithCurrent)
{
  const auto parameters = parameters_of(one_void);
  const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
  const double i        = 100.;
  cell->solve(i);
  auto before = cell->observables();
  // the base of the void covers a third
  EXPECT_NEAR(before["contact"], 2. / 3, 1e-2);
  // its quarter of a disc
  EXPECT_NEAR(before["void_volume"] * 6e-6, pi * 4e-12 / 4, 0.05 * pi * 1e-12);
  unsigned int mesh_changes = 0;
  bool changed              = false;
  double last_error         = 0;
  for (unsigned int n = 0; n < 12; ++n)
  {
    // equal steps: a new mesh leaves no roughness whose decay would be another error
    const double error = cell->advance(0.6, i).error;
    if (changed)
    {
      EXPECT_LT(error, 1.5 * last_error);
    }
    last_error                = error;
    const CellBalance balance = cell->balances().front();
    // tolerance of the solver; round-off
    EXPECT_LT(balance.charge_error(), 1e-10);
    EXPECT_LT(balance.metal_error(), 1e-10);
    // the flow's: a thousandth of that of the coupling, 1e-5
    EXPECT_LT(balance.sink_error(), 1e-8);
    const auto now      = cell->observables();
    const double volume = now.at("void_volume");
    // what voids do not grow by, the metal takes up; round-off of volumes of the metal
    EXPECT_NEAR(balance.void_growth / 6e-6,
                volume - before["void_volume"] + now.at("vacancies_in_metal") -
                  before["vacancies_in_metal"],
                1e-13 * 6e-6);
    const auto sizes = cell->sizes();
    cell->accept();
    before  = cell->observables();
    changed = cell->sizes() != sizes;
    mesh_changes += changed;
    // after the mesh has changed the metal is still the same, and what counts as void as far as
    // that depends on the profile of the surface, whose roughness is taken out
    EXPECT_NEAR(cell->observables()["void_volume"], volume, 1e-4 * volume);
    // what it had to put back for that
    const double lost = std::abs(cell->balances().front().restored - balance.restored);
    EXPECT_LE(lost, changed ? 1e-6 * volume * 6e-6 : 0.);
  }
  EXPECT_GT(mesh_changes, 0U);
}

namespace
{
// With what the repeat of a step has put back, which the step that stands has in its balance, and
// with what the metal began with.
void expect_to_go_on_from_a_checkpoint(Cell &cell, const CellParameters &parameters, const double i)
{
  const TemporaryFolder folder;
  cell.save(folder / "");
  const auto other = Cell::create(MPI_COMM_WORLD, parameters, P, T);
  other->load(folder / "");
  const std::string vacancies = "vacancies_in_metal";
  // round-off of the volume of the metal
  EXPECT_NEAR(other->observables().at(vacancies), cell.observables().at(vacancies), 1e-13 * 6e-6);
  cell.advance(0.01, i);
  other->advance(0.01, i);
  EXPECT_NE(cell.balances().front().restored, 0.);
  EXPECT_EQ(other->balances().front().restored, cell.balances().front().restored);
  cell.reject();
}
} // namespace

// Contact that is lost fast beside a void: surfaces appear in elements four times too large for
// them, which lost 3e-5 of the void volume, and metal not balanced by 1e-3, when refined only then.
TEST(ResolvedCell, StepsAreRepeatedWhereVoidsOpenInLargeElements)
{
  std::string text = one_void;
  const std::string wide("Surface width           = 0.8 um");
  text.replace(text.find(wide), wide.size(), "Surface width           = 0.3 um");
  const auto parameters = parameters_of(text);
  const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
  const double i        = 200.;
  cell->solve(i);
  unsigned int repeated = 0;
  const auto of_metal   = [&]()
  {
    const auto now = cell->observables();
    return now.at("void_volume") + now.at("vacancies_in_metal");
  };
  for (double time = 0; time < 1.2;)
  {
    const double step = std::min(0.1 + time, 0.26);
    cell->advance(step, i);
    const CellBalance balance = cell->balances().front();
    // what was put back before the step began is all that is not balanced
    EXPECT_NEAR(balance.metal_error() * balance.moved_volume, std::abs(balance.restored),
                1e-10 * balance.moved_volume);
    const auto sizes = cell->sizes();
    if (cell->refine())
    {
      EXPECT_NE(cell->sizes(), sizes);
      if (repeated++ == 0)
        expect_to_go_on_from_a_checkpoint(*cell, parameters, i);
      continue;
    }
    time += step;
    const double volume  = cell->observables()["void_volume"] * 6e-6;
    const double missing = of_metal();
    cell->accept();
    // the mesh may have changed, and has been smoothed; round-off of the volume of the metal
    EXPECT_NEAR(of_metal(), missing, 1e-13 * 6e-6);
    EXPECT_LE(std::abs(cell->balances().front().restored), 1e-6 * volume);
  }
  EXPECT_GT(repeated, 0U);
  EXPECT_LT(cell->observables()["contact"], 0.5);
  EXPECT_EQ(cell->doubts().count("strength"), 1U);
}

// Soft metal keeps most of the vacancies, also while it is no more than less compressed.
TEST(ResolvedCell, VacanciesThatMetalTakesUpAreADoubt)
{
  for (const std::string modulus : {"0 Pa", "10 GPa"})
  {
    std::string text = one_void;
    const std::string voids("subsection Void field");
    text.replace(text.find(voids), voids.size(), voids + "\nset Compression modulus = " + modulus);
    const auto parameters = parameters_of(text);
    const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
    cell->solve(100.);
    const double volume = cell->observables()["void_volume"];
    EXPECT_EQ(cell->doubts().count("tension"), 0U);
    EXPECT_EQ(cell->doubts().count("strength"), 0U);
    for (unsigned int n = 0; n < 4; ++n)
    {
      cell->advance(0.6, 100.);
      cell->accept();
    }
    const auto now      = cell->observables();
    const double growth = now.at("void_volume") - volume;
    EXPECT_EQ(now.at("vacancies_in_metal") > growth, modulus == "0 Pa");
    EXPECT_EQ(cell->doubts().count("tension"), modulus == "0 Pa" ? 1U : 0U);
  }
}

// Also where the equations of the voids are solved roughly: to round-off.
TEST(ResolvedCell, SolversLoseNoMetal)
{
  std::string text = one_void;
  const std::string voids("subsection Void field");
  text.replace(text.find(voids), voids.size(), voids + "\nset Tolerance = 1e-5");
  const auto parameters = parameters_of(text);
  const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
  cell->solve(20.);
  cell->advance(0.3, 20.);
  EXPECT_LT(cell->balances().front().metal_error(), 1e-10);
}

// Compressed metal and flow push each other in steps much longer than zeta/f'', here 0.1 s; with
// too rough a flow they never agree. From the end of a straight line through the first stage, the
// second one of so long a step cannot be solved.
TEST(ResolvedCell, LongStep)
{
  std::string text = one_void;
  const std::string distance("Sink distance = 5 um"), voids("subsection Void field");
  text.replace(text.find(distance), distance.size(), "Sink distance = 1 um");
  text.replace(text.find(voids), voids.size(), voids + "\nset Compression modulus = 0.3 GPa");
  const auto parameters = parameters_of(text);
  const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
  const double i        = 1.;
  cell->solve(i);
  for (unsigned int n = 0; n < 3; ++n)
  {
    cell->advance(0.05, i);
    cell->accept();
  }
  for (const double step : {1., 10.})
  {
    // two stages; a few iterations more than short steps take
    EXPECT_LT(cell->advance(step, i).coupling_iterations, 20);
    EXPECT_LT(cell->balances().front().metal_error(), 1e-10);
    cell->reject();
  }
}

TEST(ResolvedCell, NoCurrentThroughABlockedPatch)
{
  // without voids: the mesh stays coarse, also in 3D
  std::string text  = one_void;
  const auto void_1 = text.find("  subsection Void 1");
  text.replace(void_1, text.find("subsection Solver") - void_1, "end\n");
  text += "subsection Kinetics\nsubsection Exchange current variation\n"
          "set Kind = expression\n";
  for (const unsigned int dimension : {2, 3})
    for (const std::string factor : {"0", "1e-6"})
    {
      const auto parameters = parameters_of(text + "set Expression = x < 2 && z < 3 ? " + factor +
                                            " : 1\nend\nend\nsubsection Cell\nset Dimension = " +
                                            std::to_string(dimension) + "\nend\n");
      const auto cell       = Cell::create(MPI_COMM_WORLD, parameters, P, T);
      const double i        = 20.;
      cell->solve(i);
      cell->advance(0.3, i);
      double blocked = 0, least_beside = i;
      for (const auto &[x, z, contact, current, radius] : cell->interface_table())
        if (x < 2e-6 && z < 3e-6)
          blocked = std::max(blocked, std::abs(current));
        else
          least_beside = std::min(least_beside, current);
      EXPECT_LE(blocked, factor == "0" ? 0. : 1e-3 * i);
      EXPECT_GT(least_beside, 0.5 * i);
      // tolerances of the solvers
      EXPECT_LT(cell->balances().front().charge_error(), 1e-10);
      EXPECT_LT(cell->balances().front().metal_error(), 1e-10);
    }
}

TEST(ResolvedCell, EnergyIdentity)
{
  const auto parameters = parameters_of(one_void);
  double errors[2];
  for (unsigned int k = 0; k < 2; ++k)
  {
    const auto cell = Cell::create(MPI_COMM_WORLD, parameters, P, T);
    cell->solve(0.);
    cell->advance(0.05, 0.); // leave the initial shape, which is not in equilibrium
    cell->accept();
    const double step = k == 0 ? 0.1 : 0.05;
    cell->advance(step, 0.);
    errors[k] = cell->balances().front().energy_error();
  }
  std::cout << "error of the energy with a step of 0.1 and 0.05 s: " << errors[0] << ", "
            << errors[1] << '\n';
  EXPECT_LT(errors[1], 0.02);
  // of the first order and more in the step, halved at least
  EXPECT_LT(errors[1], 0.6 * errors[0]);
}

// What Gamma bears is what the platen presses with, and what the surface of the void pulls the
// metal with along the line where it meets Gamma at a right angle: that pull is not handed to the
// ceramic.
TEST(ResolvedCell, NormalPressureBearsThePlaten)
{
  std::string text  = one_void;
  const auto void_1 = text.find("  subsection Void 1");
  text.replace(void_1, text.find("subsection Solver") - void_1, "end\n");
  for (const bool with_void : {false, true})
  {
    const auto parameters     = parameters_of(with_void ? one_void : text);
    const auto cell           = Cell::create(MPI_COMM_WORLD, parameters, P, T);
    const PhaseField &surface = parameters.void_field.phase_field;
    const double gamma        = surface.barrier * surface.width / 12;
    cell->solve(0.);
    // of the flow, a thousandth of the coupling tolerance; of a surface three elements wide
    EXPECT_NEAR(cell->observables()["normal_pressure"], P + (with_void ? gamma / 6e-6 : 0),
                (with_void ? 5e-3 : 1e-8) * P);
  }
}
