#include "temporary_folder.h"

#include "kavity/io/Figures.h"
#include "kavity/io/Files.h"
#include "kavity/io/History.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

using namespace kavity;

namespace
{
/// Width and height of a PNG file, zero if it is none.
std::pair<unsigned int, unsigned int> png_size(const std::string &path)
{
  const std::string content = read_file(path);
  if (content.size() < 24 || content.substr(1, 3) != "PNG")
    return {0, 0};
  const auto number = [&](const std::size_t start)
  {
    unsigned int value = 0;
    for (std::size_t k = start; k < start + 4; ++k)
      value = 256 * value + static_cast<unsigned char>(content[k]);
    return value;
  };
  return {number(16), number(20)};
}

void expect_pictures(const Figures &figures, const std::vector<std::string> &expected)
{
  EXPECT_EQ(figures.warning, "");
  EXPECT_EQ(figures.files, expected);
  for (const std::string &file : figures.files)
  {
    EXPECT_GE(png_size(file).first, 600u) << file;
    EXPECT_GE(png_size(file).second, 400u) << file;
    // an empty frame with labels takes less than half of this
    EXPECT_GT(read_file(file).size(), 15000u) << file;
  }
}

void write_history(const std::string &path)
{
  HistoryFile history(path, {{"cycle", "1"},
                             {"step", "1"},
                             {"run_time", "s"},
                             {"time", "s"},
                             {"capacity", "mAh/cm^2"},
                             {"contact", "1"},
                             {"contact_min", "1"},
                             {"voltage", "V"},
                             {"current_density", "mA/cm^2"},
                             {"current_max", "mA/cm^2"},
                             {"void_volume", "um"}});
  for (int k = 0; k <= 60; ++k)
  {
    const double t = 60. * k, contact = 1. - 0.6 * std::pow(k / 60., 2);
    history.add_row({1., 1., t, t, 30. * t, contact, 0.9 * contact, 0.024 / contact, 30.,
                     42. / contact, 2e-6 * std::pow(k / 60., 2)});
  }
}

void write_critical_currents(const std::string &path)
{
  std::ofstream file(path);
  file << "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],"
          "lower [mA/cm^2],upper [mA/cm^2],cause\n";
  for (const double temperature : {0., 20., 40.})
    for (const double pressure : {1., 2.5, 5., 10.})
    {
      const double current =
        2. * std::pow(pressure / 2.5, 0.7) * std::exp((temperature - 20.) / 30.);
      file << pressure << ',' << temperature << ",void_inf," << current << ',' << 0.99 * current
           << ',' << 1.01 * current << ",\"void of 2 um grows, contact lost\"\n"
           << pressure << ',' << temperature << ",void_protocol,,20,,no failure up to 20 mA/cm^2\n";
    }
}

/// An environment variable for the time of a test.
class Environment
{
public:
  Environment(const char *name, const std::string &value)
    : name_(name)
  {
    setenv(name, value.c_str(), 1);
  }
  ~Environment()
  {
    unsetenv(name_);
  }

private:
  const char *name_;
};
} // namespace


TEST(Figures, History)
{
  const TemporaryFolder here;
  write_history("history.csv");
  expect_pictures(draw_history("history.csv", "the figures"), {"the figures/history.png"});
}


TEST(Figures, CriticalCurrentWithMap)
{
  const TemporaryFolder here;
  write_critical_currents("critical_current.csv");
  expect_pictures(draw_critical_current("critical_current.csv", "figures"),
                  {"figures/critical_current.png", "figures/critical_current_map.png"});
}


// Of power laws, which cross at 4 MPa and 2 mA/cm^2, between two pressures of the table.
TEST(Figures, BestStackPressureIsWhereLimitsCross)
{
  const TemporaryFolder here;
  std::ofstream search("critical_current.csv"), study("study.csv");
  search << "stack_pressure [MPa],temperature [degC],kind,critical_current [mA/cm^2],"
            "lower [mA/cm^2],upper [mA/cm^2],cause\n";
  study << "row,Cell/Stack pressure [MPa],void_inf [mA/cm^2],dendrite_fresh [mA/cm^2],"
           "bounds,status,cause\n";
  int row = 0;
  for (const double p : {1., 2.5, 5., 10.})
  {
    search << p << ",20,void_inf," << 0.5 * p << ",,,grows\n"
           << p << ",20,dendrite_fresh,2,,,enter\n";
    study << ++row << ',' << p << ',' << 0.5 * p << ",2,,done,\n";
  }
  search.close();
  study.close();
  const std::string best =
    "4.0 MPa, within 2.5 to 5 MPa, at 2 mA/cm^2 (void_inf and dendrite_fresh)";
  const Figures window = draw_critical_current("critical_current.csv", "figures");
  EXPECT_EQ(window.warning, "");
  EXPECT_EQ(window.notes, std::vector<std::string>{"best stack pressure at 20 degC: " + best});
  const Figures of_study = draw_study("study.csv", "figures");
  EXPECT_EQ(of_study.warning, "");
  EXPECT_EQ(of_study.notes, std::vector<std::string>{"best stack pressure: " + best});
  EXPECT_EQ(of_study.files.back(), "figures/stack_pressure_window.png");
}


TEST(Figures, Interface)
{
  const TemporaryFolder here;
  std::ofstream line("interface_2d.csv"), plane("interface_3d.csv");
  line << "x [um],contact [1],current [mA/cm^2]\n";
  plane << "x [um],z [um],contact [1],current [mA/cm^2]\n";
  for (int a = 0; a <= 20; ++a)
  {
    line << a << ',' << 1. - 0.04 * a << ',' << 2. - 0.05 * a << '\n';
    for (int b = 0; b <= 20; ++b)
      plane << a << ',' << b << ',' << 1. - 0.002 * a * b << ',' << 2. - 0.002 * a * b << '\n';
  }
  line.close();
  plane.close();
  expect_pictures(draw_interface("interface_2d.csv", "figures"), {"figures/interface_2d.png"});
  expect_pictures(draw_interface("interface_3d.csv", "figures"), {"figures/interface_3d.png"});
}


TEST(Figures, WithoutMatplotlibAWarningSaysWhatToInstall)
{
  const TemporaryFolder here;
  std::ofstream("figure_history.py") << "import sys\nsys.exit(77)\n";
  const Environment scripts("KAVITY_POSTPROCESS", here / ".");
  const Figures figures = draw_history("history.csv", "figures");
  EXPECT_TRUE(figures.files.empty());
  EXPECT_NE(figures.warning.find("python3-matplotlib"), std::string::npos) << figures.warning;
}


TEST(Figures, AFailingScriptIsAWarning)
{
  const TemporaryFolder here;
  std::ofstream("history.csv") << "time [s],contact [1]\n";
  const Figures figures = draw_history("history.csv", "figures");
  EXPECT_TRUE(figures.files.empty());
  EXPECT_NE(figures.warning.find("no rows to draw"), std::string::npos) << figures.warning;
}


TEST(Figures, AScriptThatHangsIsEnded)
{
  const TemporaryFolder here;
  std::ofstream("hangs.py") << "import time\ntime.sleep(1000)\n";
  const Environment scripts("KAVITY_POSTPROCESS", here / ".");
  const Figures figures = run_figure_script("hangs.py", {}, 1);
  EXPECT_TRUE(figures.files.empty());
  EXPECT_NE(figures.warning.find("hangs.py was ended after 1 s"), std::string::npos)
    << figures.warning;
}


TEST(Figures, AMissingScriptIsAWarning)
{
  const Figures figures = run_figure_script("figure_of_nothing.py", {});
  EXPECT_NE(figures.warning.find("figure_of_nothing.py was not found"), std::string::npos);
}
