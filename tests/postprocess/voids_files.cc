#include "analytic_bodies.h"

#include "../unit/temporary_folder.h"

#include "CommandLine.h"
#include "RunFiles.h"
#include "Tables.h"

#include "kavity/io/Files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

using namespace kavity;

namespace
{
const Box small = {{0., 0., 0.}, {4., 2., 0.}, {40, 20, 0}};

std::string refusal(const std::function<void()> &action)
{
  try
  {
    action();
  }
  catch (const UsageError &error)
  {
    return error.what();
  }
  return "";
}

VoidsOptions parse(std::vector<const char *> arguments)
{
  arguments.insert(arguments.begin(), "kavity-voids");
  return parse_voids_command_line(int(arguments.size()), arguments.data());
}

bool contains(const std::string &text, const std::string &part)
{
  return text.find(part) != std::string::npos;
}
} // namespace


TEST(RunFiles, BodiesOfATimeAreToldApartByTheirFields)
{
  const TemporaryFolder folder;
  write_run(".", small, {sphere({2., 0., 0.}, 1.), sphere({2., 0., 0.}, 1.2)}, 0.4, 2);
  const auto times = read_collection("solution.pvd");
  ASSERT_EQ(times.size(), 2u);
  EXPECT_EQ(times[1].time, 1.);
  EXPECT_EQ(times[1].files.size(), 2u); // metal and electrolyte
  EXPECT_EQ(field_names(times[0]), (std::vector<std::string>{"metal_fraction", "potential"}));
  const auto metal = read_body(times[0], "metal_fraction");
  EXPECT_EQ(metal->GetNumberOfCells(), 800);
  EXPECT_EQ(metal->GetNumberOfPoints(), 41 * 21); // of 3200 copies
  EXPECT_EQ(read_body(times[0], "pressure"), nullptr);
}


TEST(RunFiles, WhatCannotBeReadIsNamed)
{
  const TemporaryFolder folder;
  EXPECT_TRUE(contains(refusal([] { read_collection("none.pvd"); }), "none.pvd"));
  std::ofstream("text.pvd") << "not xml";
  EXPECT_TRUE(contains(refusal([] { read_collection("text.pvd"); }), "text.pvd"));
  std::ofstream("other.pvd") << "<VTKFile type=\"ImageData\"/>";
  EXPECT_TRUE(contains(refusal([] { read_collection("other.pvd"); }), "no collection"));
  PvdFile("lost.pvd").add(0., "lost.pvtu");
  EXPECT_TRUE(contains(refusal([] { read_collection("lost.pvd"); }), "lost.pvtu"));
}


TEST(RunFiles, ADamagedPieceIsAnErrorNotAVoid)
{
  const TemporaryFolder folder;
  write_run(".", small, {sphere({2., 0., 0.}, 1.)}, 0.4, 2);
  const std::string whole = read_file("fields/metal_0.1.vtu");
  const auto times        = read_collection("solution.pvd");
  for (const std::string &rest : {std::string(), whole.substr(0, whole.size() / 2)})
  {
    std::ofstream("fields/metal_0.1.vtu", std::ios::trunc) << rest;
    EXPECT_THROW(read_body(times[0], "metal_fraction"), std::runtime_error) << rest.size();
  }
  std::filesystem::remove("fields/metal_0.1.vtu");
  EXPECT_THROW(read_body(times[0], "metal_fraction"), std::runtime_error);
}


TEST(RunFiles, CoordinatesAreThoseOfTheRun)
{
  const TemporaryFolder folder;
  EXPECT_FALSE(is_axisymmetric("."));
  std::ofstream("parameters.prm") << "subsection Cell\n  set Coordinates = axisymmetric\nend\n";
  EXPECT_TRUE(is_axisymmetric("."));
}


TEST(Voids, WithoutGammaIsRefused)
{
  const TemporaryFolder folder;
  write_body(".", "high", {{0., 1., 0.}, {4., 3., 0.}, {4, 4, 0}}, sphere({2., 1., 0.}, 1.), 1.);
  const auto body = read_body({0., {"high.pvtu"}}, "metal_fraction");
  EXPECT_TRUE(contains(refusal([&] { find_voids(body, "metal_fraction", false); }), "y = 0"));
}


TEST(VoidTables, HaveUnitsAndLeaveTheUndefinedEmpty)
{
  const TemporaryFolder folder;
  VoidField field;
  field.geometry       = Geometry::plane;
  const double missing = std::nan("");
  field.voids          = {{3e-12, {1e-6, 2e-6, 0.}, 4e-6, 2e-6, 1e-6, M_PI / 2., 0},
                          {1e-12, {5e-6, 6e-6, 0.}, 0., 0., 7e-6, missing, 1}};
  field.volume         = 4e-12;
  field.contact        = 0.5;
  field.contact_smooth = 0.25;
  VoidTables(".", Geometry::plane).add(7., field, {2, 5}, {1, 2, 3, 4});
  const std::string voids = read_file("voids.csv");
  EXPECT_EQ(voids.substr(0, voids.find('\n')),
            "time [s],void [1],volume [um^3/um],x [um],y [um],base_area [um^2/um],base_radius [um],"
            "height [um],aspect [1],contact_angle [degree],touches_interface [1],sides [1]");
  double aspect, angle;
  const char *row = voids.c_str() + voids.find('\n') + 1;
  ASSERT_EQ(std::sscanf(row, "7,2,%*f,%*f,%*f,%*f,%*f,%*f,%lf,%lf,1,0", &aspect, &angle), 2);
  EXPECT_DOUBLE_EQ(aspect, 0.5);
  EXPECT_NEAR(angle, 90., 1e-12); // a conversion
  EXPECT_TRUE(contains(voids, ",,,0,1\n"));
  const std::string statistics = read_file("void_statistics.csv");
  EXPECT_EQ(
    statistics.substr(0, statistics.find('\n')),
    "time [s],number [1],contact [1],contact_smooth [1],void_volume [um^3/um],"
    "base_radius_mean [um],base_radius_max [um],merges [1],splits [1],births [1],deaths [1]");
  EXPECT_TRUE(contains(statistics, "7,2,0.5,0.25,"));
  EXPECT_TRUE(contains(statistics, ",1,2,3,4\n"));
}


TEST(VoidsCommandLine, TakesAFolderOrItsCollection)
{
  const TemporaryFolder folder;
  write_run("run", small, {sphere({2., 0., 0.}, 1.)}, 0.4);
  const VoidsOptions by_folder = parse({"run"}),
                     by_file   = parse({"run/solution.pvd", "-o", "here"});
  EXPECT_EQ(by_folder.collection, by_file.collection);
  EXPECT_EQ(by_folder.output, "run");
  EXPECT_EQ(by_file.output, "here");
  EXPECT_TRUE(parse({"run", "--coordinates", "axisymmetric"}).axisymmetric);
  EXPECT_FALSE(parse({"--help"}).help_text.empty());
}


TEST(VoidsCommandLine, MistakesAreExplained)
{
  const TemporaryFolder folder;
  std::filesystem::create_directories("empty");
  EXPECT_TRUE(contains(refusal([] { parse({}); }), "No run given"));
  EXPECT_TRUE(contains(refusal([] { parse({"empty"}); }), "solution.pvd"));
  EXPECT_TRUE(contains(refusal([] { parse({"lost"}); }), "'lost' does not exist"));
  EXPECT_TRUE(contains(refusal([] { parse({"a", "b"}); }), "One run"));
  EXPECT_TRUE(contains(refusal([] { parse({"a", "--picture"}); }), "did you mean '--pictures'"));
  write_run("run", small, {sphere({2., 0., 0.}, 1.)}, 0.4);
  EXPECT_TRUE(contains(refusal([] { parse({"run", "--coordinates", "polar"}); }), "polar"));
  EXPECT_TRUE(contains(refusal([] { parse({"run", "--tiles", "0"}); }), "--tiles"));
}
