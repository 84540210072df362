//! A `.properties` file.

use crate::Code;
use crate::running::{Running, plain};
use crate::settings::{SERIALIZER, SERVERS, comments, of_kafka, version};

pub(crate) fn code(running: &Running<'_>) -> Code {
    let (set, notes) = of_kafka(running);
    let mut text = version(running, "#");
    text += &format!(
        "bootstrap.servers={SERVERS}\nkey.serializer={SERIALIZER}\nvalue.serializer={SERIALIZER}\n"
    );
    for (row, value) in set {
        text = text + row.name + "=" + &plain(&value) + "\n";
    }
    text.push_str(&comments(&notes, "this version", "#"));
    Code::one("producer.properties", text, notes)
}
