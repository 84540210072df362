//! What a client has otherwise than Kafka's own, as data; the page words it, comments in code say it in
//! English.

use crate::text::line;
use model::config::KafkaVersion;

/// Something to say beside the code. `setting` is Kafka's name, `here` the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The client has the setting under another name.
    Named {
        /// Kafka's name.
        setting: &'static str,
        /// The client's name.
        here: &'static str,
    },
    /// Nobody set it, but the client's default is not Kafka's, so the code sets it.
    OtherDefault {
        /// Kafka's name.
        setting: &'static str,
        /// The client's name.
        here: &'static str,
        /// The client's default.
        default: &'static str,
    },
    /// The client has no such setting.
    Lacks {
        /// Kafka's name.
        setting: &'static str,
    },
    /// The client does not take the value; the code has the nearest that it takes.
    Nearest {
        /// Kafka's name.
        setting: &'static str,
        /// The client's name.
        here: &'static str,
        /// What was wanted.
        wanted: i64,
        /// What the code has.
        taken: i64,
    },
    /// The client decides this itself.
    Fixed {
        /// Kafka's name.
        setting: &'static str,
        /// What it is there.
        value: &'static str,
    },
    /// This version of Kafka's client does not have it yet.
    Since {
        /// Kafka's name.
        setting: &'static str,
        /// The first version here that has it.
        version: KafkaVersion,
    },
    /// The client has a setting of this name that means something else.
    OtherMeaning {
        /// The name.
        name: &'static str,
    },
    /// The client refuses a record that is larger than a batch; Kafka's own opens a batch for it.
    BatchIsLimit {
        /// The client's name.
        here: &'static str,
    },
    /// The client also limits how many records wait, and the workload can reach that before `buffer.memory`;
    /// Kafka's own client counts bytes alone.
    CountLimit {
        /// The client's name.
        here: &'static str,
        /// Its default.
        default: i64,
    },
    /// Sending does not wait for a free buffer: it fails, and the code tries again.
    FullQueueFails,
    /// The client runs callbacks in a call of the application.
    CallbacksInPoll,
    /// The client has no future to wait for; the code waits for the callback.
    NoFuture,
    /// Closing fails what is still buffered, so the code flushes first.
    CloseDrops,
    /// The framework closes the producer when the application ends.
    FrameworkCloses,
}

impl Note {
    /// Its kind and what it holds, with tabs between: the form in which it leaves a wasm module.
    #[must_use]
    pub fn line(&self) -> String {
        let number = |number: &i64| number.to_string();
        match self {
            Self::Named { setting, here } => line(&["named", setting, here]),
            Self::OtherDefault { setting, here, default } => {
                line(&["other-default", setting, here, default])
            }
            Self::Lacks { setting } => line(&["lacks", setting]),
            Self::Nearest { setting, here, wanted, taken } => {
                line(&["nearest", setting, here, &number(wanted), &number(taken)])
            }
            Self::Fixed { setting, value } => line(&["fixed", setting, value]),
            Self::Since { setting, version } => line(&["since", setting, version_name(*version)]),
            Self::OtherMeaning { name } => line(&["other-meaning", name]),
            Self::BatchIsLimit { here } => line(&["batch-is-limit", here]),
            Self::CountLimit { here, default } => line(&["count-limit", here, &number(default)]),
            Self::FullQueueFails => line(&["full-queue-fails"]),
            Self::CallbacksInPoll => line(&["callbacks-in-poll"]),
            Self::NoFuture => line(&["no-future"]),
            Self::CloseDrops => line(&["close-drops"]),
            Self::FrameworkCloses => line(&["framework-closes"]),
        }
    }

    /// The sentence for a comment; `None` where the code itself shows it.
    pub(crate) fn comment(&self, client: &str) -> Option<String> {
        Some(match self {
            Self::Lacks { setting } => format!("{setting}: {client} has no such setting"),
            Self::Nearest { setting, here, wanted, taken } => {
                format!("{setting}={wanted}: {client} takes {taken} at the nearest, as {here}")
            }
            Self::Fixed { setting, value } => {
                format!("{setting}: {client} decides it itself: {value}")
            }
            Self::Since { setting, version } => {
                format!("{setting}: not before Kafka {}", version_name(*version))
            }
            Self::BatchIsLimit { here } => {
                format!("{here} is a limit: a record that is larger is refused")
            }
            Self::CountLimit { here, default } => {
                format!(
                    "{here}={default} is a limit too: {client} counts records, Kafka bytes alone"
                )
            }
            _ => return None,
        })
    }
}

pub(crate) const fn version_name(version: KafkaVersion) -> &'static str {
    match version {
        KafkaVersion::V2_8 => "2.8",
        KafkaVersion::V3_9 => "3.9",
        KafkaVersion::V4_3 => "4.3",
    }
}
