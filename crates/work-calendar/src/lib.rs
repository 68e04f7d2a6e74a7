//! The working-time calendar of Viet Nam: working days and hours, deadlines, paused clocks, lateness.
//!
//! The crate is pure: it opens no files, reads no clock, and knows nothing of the rest of the house. Which days are off is data
//! ([`Calendar::read`]), for the government fixes and swaps days each year; opening hours and the cut-off are parameters.
//! A question about a year that the data do not cover is answered by [`YearNotCovered`], never by a guess.
//! Dates and times are local time of Viet Nam, which has no summer time.
//!
//! | module | what happens there |
//! |---|---|
//! | `entry` | what the calendar says of one day: holiday, day off in lieu, swapped days |
//! | `cells`, `reading` | a CSV text becomes entries, or every fault in it with row, column, value and rule |
//! | `checking` | the rules that entries must keep together: pairs, years without gaps, fixed holidays |
//! | `calendar` | working days, by a cumulative table |
//! | `hours` | daily hours, and working time between and after moments |
//! | `pauses` | stretches in which a clock stood still, merged |
//! | `deadline` | deadlines from receipt, limit, cut-off and pauses |
//! | `dossier` | the two rules for supplements, and how a dossier stands under each |
//! | `report` | due dates of report windows |

mod calendar;
mod cells;
mod checking;
mod deadline;
mod dossier;
mod entry;
mod fault;
mod hours;
mod pauses;
mod reading;
mod report;

pub use calendar::{Calendar, YearNotCovered};
pub use deadline::{Deadline, DeadlineRules, Due, FirstDay, Limit, Timeliness, WorkSpan};
pub use dossier::{Dossier, Standing, SupplementRule, Verdict};
pub use entry::{DayKind, Entry, EntryStatus};
pub use fault::{CalendarFault, CalendarRule};
pub use hours::{HoursFault, WorkClock, WorkingHours, WorkingTime};
pub use pauses::{Pause, PauseBackwards, Pauses};
pub use report::{NonWorkingDay, REFORM_REPORT_DUE_DAY, ReportDueError, report_due_date, settle};
