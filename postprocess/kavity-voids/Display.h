#ifndef kavity_voids_display_h
#define kavity_voids_display_h

namespace kavity
{
/// Throws UsageError with the remedy if VTK draws with X here and no X display answers; VTK itself
/// would abort.
void require_display();
} // namespace kavity

#endif
