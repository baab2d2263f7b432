#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <locale>

#include "kavity/core/Quantity.h"

using namespace kavity;

namespace
{
// Conversions multiply a few numbers: four units in the last place.
void expect_si(const std::string &text, const std::string &unit, const double value)
{
  EXPECT_DOUBLE_EQ(to_si(text, unit), value) << text;
}

std::string refusal(const std::string &text, const std::string &unit)
{
  try
  {
    const double value = to_si(text, unit);
    return "accepted as " + std::to_string(value);
  }
  catch (const UnitError &error)
  {
    return error.what();
  }
}

void expect_refused(const std::string &text, const std::string &unit, const std::string &because)
{
  EXPECT_NE(refusal(text, unit).find(because), std::string::npos)
    << text << " in " << unit << ": " << refusal(text, unit);
}
} // namespace


TEST(Quantity, SplitsNumberAndUnit)
{
  EXPECT_EQ(parse_quantity(" 2.5  MPa ").number, 2.5);
  EXPECT_EQ(parse_quantity(" 2.5  MPa ").unit, "MPa");
  EXPECT_EQ(parse_quantity("5MPa").unit, "MPa");
  EXPECT_EQ(parse_quantity("1eV").unit, "eV");
  EXPECT_EQ(parse_quantity("-1e-3").number, -1e-3);
  EXPECT_EQ(parse_quantity("+1e-3").number, 1e-3);
  EXPECT_EQ(parse_quantity("0.5").unit, "");
  // all digits are kept
  EXPECT_EQ(parse_quantity("0.12345678901234567").number, 0.12345678901234567);
}


TEST(Quantity, ConvertsTheUnitsOfTheField)
{
  expect_si("2 mA/cm^2", "A/m^2", 20);
  expect_si("2.5 MPa", "MPa", 2.5e6);
  expect_si("4.9 GPa", "MPa", 4.9e9);
  expect_si("20 um", "mm", 20e-6);
  expect_si("20 \u00b5m", "mm", 20e-6);
  expect_si("3 nm", "um", 3e-9);
  expect_si("5 ohm cm^2", "ohm m^2", 5e-4);
  expect_si("5 \u03a9 cm\u00b2", "ohm cm^2", 5e-4);
  expect_si("1.5 mS/cm", "S/m", 0.15);
  expect_si("1.5e-3 S cm-1", "mS/cm", 0.15);
  expect_si("0.1 J/m^2", "J/m^2", 0.1);
  expect_si("0.1 N/m", "J/m^2", 0.1);
  expect_si("40 kJ/mol", "kJ/mol", 4e4);
  expect_si("45.46 cm^3/mol", "cm^3/mol", 45.46e-6);
  expect_si("2 1/s", "1/s", 2);
  expect_si("2 s^-1", "1/s", 2);
  expect_si("90 min", "h", 5400);
  expect_si("1e-14 m^2/s", "m^2/s", 1e-14);
  expect_si("-3 mV", "V", -3e-3);
  expect_si("1 1/um^2", "1/m^2", 1e12);
  expect_si("0.2 F/m^2", "F/m^2", 0.2);
  expect_si("8.3 J/(mol K)", "J/(mol K)", 8.3);
  expect_si("0.25", "1", 0.25);
}


TEST(Quantity, FromSiIsTheInverse)
{
  for (const char *const unit : {"mA/cm^2", "MPa", "um", "degC", "ohm cm^2", "mAh/cm^2", "1/um^2"})
    EXPECT_DOUBLE_EQ(from_si(to_si(7.25, unit), unit), 7.25) << unit; // a product and a quotient
  EXPECT_EQ(quantity_text(2.5e6, "MPa"), "2.5 MPa");
  EXPECT_EQ(quantity_text(0.5, "1"), "0.5");
}


TEST(Quantity, TemperaturesAreAbsolute)
{
  expect_si("20 degC", "K", 293.15);
  expect_si("20 \u00b0C", "K", 293.15);
  expect_si("293.15 K", "degC", 293.15);
  expect_si("-40 degF", "degC", 233.15);
  EXPECT_DOUBLE_EQ(from_si(293.15, "degC"), 20);
  expect_refused("5 K/s", "degC", "not a temperature");
  expect_refused("5 degC/s", "K/s", "counted in K");
  expect_refused("20 C", "K", "'C' is coulomb; write 'degC'");
}


TEST(Quantity, UnitsThatUdunitsLacksOrHasWrong)
{
  expect_si("3 mAh/cm^2", "C/m^2", 3e-3 * 3600 / 1e-4);
  expect_si("2 Ah", "C", 7200);
  expect_si("1 MPa sqrt(m)", "MPa sqrt(m)", 1e6);
  expect_si("1 MPa sqrt(mm)", "MPa sqrt(m)", 1e6 * std::sqrt(1e-3));
  for (const char *text : {"1 MPa*m^0.5", "1 MPa m^(1/2)", "1 MPa m^(0.5)", "1e3 kPa m^0.5"})
    expect_si(text, "MPa sqrt(m)", 1e6);
  expect_refused("1 MPa sqrt(s)", "MPa sqrt(m)", "square root of a length");
  expect_refused("1 MPa m", "MPa sqrt(m)", "not a fracture toughness");
  // N_A e is the Faraday constant: exact constants of 2019
  expect_si("0.35 eV", "kJ/mol", 0.35 * 6.02214076e23 * 1.602176634e-19);
  expect_si("350 meV", "kJ/mol", 0.35 * 6.02214076e23 * 1.602176634e-19);
  expect_refused("0.35 J", "kJ/mol", "not an energy per mole");
}


TEST(Quantity, ExponentsMustBeWhole)
{
  expect_refused("1 m^0.5", "m", "is not a length");
  expect_refused("1 s^0.5", "s", "square root of a length");
  expect_refused("1 m^0.55", "m", "exponent is not a whole number");
  expect_refused("1e-3 MPa^-6.6/s", "1/s", "exponent is not a whole number");
  expect_refused("1 m^(1/3)", "m", "exponent is not a whole number");
  expect_refused("1 m^", "m", "whole exponent is missing");
}


TEST(Quantity, ReciprocalsAreNotConvertible)
{
  expect_refused("5 s", "1/s", "not a rate");
  expect_refused("5 ohm m", "S/m", "not a conductivity");
  expect_refused("5 ohm cm^2", "S/m^2", "is not a value in S/m^2");
  EXPECT_FALSE(same_dimension("s", "1/s"));
  EXPECT_TRUE(same_dimension("1/s", "Hz"));
}


TEST(Quantity, RefusesWhatIsNoQuantity)
{
  expect_refused("5", "MPa", "has no unit; expected a pressure");
  expect_refused("5 mA", "A/m^2", "not a current density");
  expect_refused("5 m", "1", "without a unit");
  expect_refused("five MPa", "MPa", "does not start with a number");
  expect_refused("MPa", "MPa", "does not start with a number");
  expect_refused("", "MPa", "does not start with a number");
  expect_refused("inf MPa", "MPa", "does not start with a number");
  expect_refused("nan MPa", "MPa", "does not start with a number");
  expect_refused("1e999 MPa", "MPa", "too large");
  expect_refused("1,5 MPa", "MPa", "decimal point");
  expect_refused("1.5.2 MPa", "MPa", "decimal point");
  expect_refused("1 000 MPa", "MPa", "number '000' stands among the units");
  expect_refused("5 20 degC", "K", "number '20' stands among the units");
  expect_refused("5 Mpa", "MPa", "'Mpa' is not a unit; expected a pressure in 'MPa'");
  expect_refused("5 s since 1970-01-01", "s", "not a unit");
  expect_refused("5 (MPa", "MPa", "')' is missing");
  expect_refused("5 MPa)", "MPa", "not expected there");
  // (J/mol) K to a machine, J/(mol K) to the writer
  expect_refused("5 J/mol K", "J/(mol K)", "above or below the fraction");
}


TEST(Quantity, NumbersDoNotDependOnTheLocale)
{
  struct Comma : std::numpunct<char>
  {
    char do_decimal_point() const override
    {
      return ',';
    }
  };
  const std::locale before = std::locale::global(std::locale(std::locale(), new Comma));
  EXPECT_EQ(to_si("2.5 mA/cm^2", "A/m^2"), 25);
  EXPECT_EQ(quantity_text(2.5e6, "MPa"), "2.5 MPa");
  std::locale::global(before);
}


TEST(QuantityDeathTest, SaysWhereTheUnitsDatabaseWasExpected)
{
  GTEST_FLAG_SET(death_test_style, "threadsafe"); // a new process, where it is not read yet
  EXPECT_EXIT(
    {
      setenv("UDUNITS2_XML_PATH", "/nowhere/udunits2.xml", 1);
      try
      {
        to_si("1 m", "m");
      }
      catch (const std::runtime_error &error)
      {
        std::fputs(error.what(), stderr);
        std::exit(7);
      }
    },
    testing::ExitedWithCode(7), "cannot be read from /nowhere/udunits2.xml");
}


TEST(Quantity, VoltagesAreInAUnitThatFits)
{
  EXPECT_EQ(voltage_text(0.05), "50 mV");
  EXPECT_EQ(voltage_text(-0.33478), "-334.8 mV");
  EXPECT_EQ(voltage_text(50.), "50 V");
  EXPECT_EQ(voltage_text(-1.), "-1 V");
  EXPECT_EQ(voltage_text(1.2e-15), "0 mV");
}
