//! All that an address brings back: the playground, the pinned run, and what is looked at.

use crate::parts::words;
use crate::playground::Playground;
use crate::selection::Selection;
use units::SimTime;

/// State of the page. Theme and language are there only if an address asks for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageState {
    /// The running scenario: **B**.
    pub playground: Playground,
    /// The scenario that is pinned beside it: **A**.
    pub pinned: Option<Playground>,
    /// Where the playhead stands; `None` for the end.
    pub playhead: Option<SimTime>,
    /// What is shown of the run; `None` for all.
    pub window: Option<(SimTime, SimTime)>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// The open panel.
    pub panel: Option<Panel>,
    /// The panel that is open in the form's place.
    pub form: Option<Panel>,
    /// The setting, or the part, that a sweep varies; behind a colon its range, if it was typed.
    pub sweep: Option<String>,
    /// The lesson that is open.
    pub lesson: Option<String>,
    /// The recorded case that is open; the scenario is then the case's.
    pub case: Option<String>,
    /// The theme, if asked.
    pub theme: Option<ThemeChoice>,
    /// The language, if asked.
    pub language: Option<LanguageChoice>,
    /// What an embed shows; empty for its usual choice.
    pub show: Vec<Panel>,
    /// The controls of an embed: Kafka's names and those of parts.
    pub controls: Vec<String>,
}

words! {
    /// A part of the page.
    pub enum Panel {
        /// The timeline.
        #[default]
        Timeline = "timeline",
        /// The figures on top.
        Figures = "figures",
        /// The state at the playhead.
        State = "state",
        /// Why something happened.
        Inspector = "inspector",
        /// The lesson.
        Lesson = "lesson",
        /// The settings as code.
        Code = "code",
        /// Settings out of pasted text.
        Import = "import",
        /// The line that puts this playground into another page.
        Embed = "embed",
        /// What the client would log.
        Log = "log",
        /// The table of records.
        Records = "records",
        /// Who has each record.
        Ledger = "ledger",
        /// Kafka's metrics.
        Metrics = "metrics",
        /// A against B.
        Compare = "compare",
        /// One setting over a range.
        Sweep = "sweep",
        /// The list of faults.
        Faults = "faults",
        /// The list of assumptions.
        Assumptions = "assumptions",
        /// All of Kafka's settings.
        Settings = "settings",
        /// All that the application, the topic and the brokers do.
        Workload = "workload",
        /// Scenarios that were saved.
        Saved = "saved",
    }
}

words! {
    /// A theme that an address asks for.
    pub enum ThemeChoice {
        /// That of the reader's system.
        #[default]
        Auto = "auto",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

words! {
    /// A language that an address asks for.
    pub enum LanguageChoice {
        /// English.
        #[default]
        English = "en",
        /// Korean.
        Korean = "ko",
    }
}
