//! The few words on the timeline, in the reader's language. Kafka's own names need no translation.

macro_rules! words {
    ($($word:ident $key:literal $english:literal,)+) => {
        /// A word or phrase that painters write.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Word { $(#[doc = $english] $word,)+ }

        impl Word {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The key of its message on the page.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$word => $key),+ }
            }

            const fn english(self) -> &'static str {
                match self { $(Self::$word => $english),+ }
            }
        }
    };
}

words! {
    Application "timeline--application" "main thread",
    ApplicationNote "timeline--application-note" "send()",
    Accumulator "timeline--accumulator" "accumulator",
    AccumulatorNote "timeline--accumulator-note" "bytes / batch.size",
    Connection "timeline--connection" "broker",
    ConnectionNote "timeline--connection-note" "requests in flight",
    Controller "timeline--controller" "controller",
    ControllerNote "timeline--controller-note" "sessions, ISR",
    Broker "timeline--broker" "broker",
    Leader "timeline--leader" "leader",
    Follower "timeline--follower" "follower",
    Callbacks "timeline--callbacks" "callbacks",
    CallbacksNote "timeline--callbacks-note" "network thread",
    Records "figures--rec" "rec",
    Try "timeline--try" "try",
    Resumed "timeline--resumed" "resumes",
    Exited "timeline--exited" "exits",
    Starting "timeline--starting" "starts",
    Restarted "timeline--restarted" "back",
    Registered "timeline--registered" "registered",
    RegistrationRefused "timeline--registration-refused" "registration refused",
    Fenced "timeline--fenced" "fenced",
    Unfenced "timeline--unfenced" "unfenced",
    Unreachable "timeline--unreachable" "unreachable",
    Reachable "timeline--reachable" "reachable",
    Down "timeline--down" "down",
    OutOfIsr "timeline--out-of-isr" "out of ISR",
    NoHeartbeat "timeline--no-heartbeat" "no heartbeat",
    NoLeader "timeline--no-leader" "no leader",
    Epoch "timeline--epoch" "epoch",
    Cut "timeline--cut" "cut",
    Lost "timeline--lost" "lost",
    Refused "timeline--refused" "refused",
}

/// A text for each [`Word`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    texts: Box<[Box<str>]>,
}

impl Words {
    /// Asks `say` for the message of each [`Word::key`].
    #[must_use]
    pub fn new(say: impl Fn(&str) -> String) -> Self {
        let texts = Word::ALL.iter().map(|word| say(word.key()).into()).collect();
        Self { texts }
    }

    pub(crate) fn say(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }
}

impl Default for Words {
    /// English.
    fn default() -> Self {
        Self { texts: Word::ALL.iter().map(|word| word.english().into()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_its_own_key() {
        let mut keys: Vec<_> = Word::ALL.iter().map(|word| word.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Word::ALL.len());
    }

    #[test]
    fn a_words_position_is_its_texts() {
        let words = Words::default();
        for word in Word::ALL {
            assert_eq!(words.say(*word), word.english());
        }
    }
}
