//! The settings in force: which the user set and which matter, and what each one comes to.

use model::config::{
    ConfigError, ProducerConfig, ProducerSettings, Row, TABLE, Value, kafka_value, row,
};

/// Checked settings, with what was typed.
pub(crate) struct Running<'a> {
    settings: &'a ProducerSettings,
    pub(crate) config: ProducerConfig,
}

impl<'a> Running<'a> {
    pub(crate) fn new(settings: &'a ProducerSettings) -> Result<Self, Vec<ConfigError>> {
        Ok(Self { settings, config: settings.check()?.config })
    }

    pub(crate) const fn settings(&self) -> &ProducerSettings {
        self.settings
    }

    /// What was typed and makes a difference, in the order of the table.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&'static Row, Value)> + '_ {
        TABLE.iter().filter(|row| self.is_set(row)).filter_map(|row| Some((row, self.value(row)?)))
    }

    /// Whether the user set it, and the producer would be another without that.
    pub(crate) fn is_set(&self, row: &Row) -> bool {
        let Some(typed) = self.settings.typed.get(row.name) else { return false };
        let default = row.default(self.settings.version).and_then(|text| parsed(row, text));
        let typed = parsed(row, typed);
        if typed == Some(Value::Text(String::new())) {
            return false;
        }
        // a setting that says its default can matter: reconnect.backoff.ms moves the other one
        // unless that is set
        let mut without = self.settings.clone();
        without.typed.remove(row.name);
        typed != default
            || without.check().map(|checked| checked.config).as_ref() != Ok(&self.config)
    }

    /// What was typed, or the default; `None` where there is neither.
    fn value(&self, row: &Row) -> Option<Value> {
        self.settings.text(row.name).and_then(|text| parsed(row, text))
    }

    /// What the producer runs with, after Kafka's rules across settings.
    pub(crate) fn effective(&self, name: &str) -> Option<Value> {
        Some(match name {
            "enable.idempotence" => Value::Boolean(self.config.enable_idempotence()),
            "delivery.timeout.ms" => Value::Number(self.config.delivery_timeout().0),
            "reconnect.backoff.max.ms" => Value::Number(self.config.reconnect_backoff_max().0),
            "linger.ms" => Value::Number(self.config.linger().0),
            name => self.value(row(name)?)?,
        })
    }

    /// As [`Self::effective`], of a number.
    pub(crate) fn number(&self, name: &str) -> i64 {
        match self.effective(name) {
            Some(Value::Number(number)) => number,
            _ => 0,
        }
    }
}

/// A value, one spelling each.
fn parsed(row: &Row, text: &str) -> Option<Value> {
    Some(match kafka_value(row, text).ok()? {
        Value::Text(text) if row.name == "acks" && text == "-1" => Value::Text("all".to_owned()),
        Value::Text(text) if row.name == "metadata.recovery.strategy" => {
            Value::Text(text.to_ascii_lowercase())
        }
        value => value,
    })
}

/// A value as plain text.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Boolean(true) => "true".to_owned(),
        Value::Boolean(false) => "false".to_owned(),
        Value::Text(text) => text.clone(),
    }
}
