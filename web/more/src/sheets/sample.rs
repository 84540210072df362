//! How much a codec leaves of records that the learner typed: a value for the assumption *compressed to*.

use crate::Request;
use payload::Codec;
use sheet::{Block, Button, Row, Sheet};

/// What is looked at: a batch has a limit too, and codecs take their time.
const BYTES_MAX: usize = 1_000_000;

/// A field for the sample, and below it what each codec makes of it, to be taken over.
pub(super) fn push(request: &Request, sheet: &mut Sheet) {
    let text = request.parameter("sample");
    sheet.push(Block::Heading(request.say("sample--title")));
    sheet.push(Block::Para(request.say("sample--what")));
    sheet.push(Block::Field {
        name: "sample".to_owned(),
        label: request.say("sample--field"),
        value: text.to_owned(),
        long: true,
    });
    let mut left = BYTES_MAX;
    let fits = |line: &&str| {
        left = left.saturating_sub(line.len() + 1);
        left > 0
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).take_while(fits).collect();
    if lines.is_empty() {
        return;
    }
    let records = payload::records(lines.iter().map(|line| line.as_bytes()));
    let each = Codec::ALL.map(|codec| {
        let compressed = codec.compressed(&records);
        let percent = (compressed * 100).div_ceil(records.len()).clamp(1, 100);
        (codec.name(), compressed, percent)
    });
    sheet.push(Block::Table {
        caption: request.tell(
            "sample--caption",
            &[("records", &lines.len().to_string()), ("bytes", &records.len().to_string())],
        ),
        columns: ["sample--codec", "sample--bytes", "sample--left"]
            .map(|key| request.say(key))
            .into(),
        rows: each
            .iter()
            .map(|(name, bytes, percent)| Row {
                cells: vec![(*name).to_owned(), bytes.to_string(), format!("{percent} %")],
                ..Row::default()
            })
            .collect(),
    });
    let playground = &request.page.playground;
    let buttons = each.map(|(name, _, percent)| {
        let mut with = playground.clone();
        with.settings.set("compression.type", name);
        with.compression_percent = percent as u32;
        Button {
            label: request
                .tell("sample--take", &[("codec", name), ("percent", &percent.to_string())]),
            action: format!("open:{}", link::write(&with)),
            pressed: with == *playground,
        }
    });
    sheet.push(Block::Buttons(buttons.into()));
    sheet.push(Block::Para(request.say("sample--zstd")));
}

#[cfg(test)]
mod tests {
    fn text_of(lang: &str, sample: &str) -> String {
        let asked = format!("sheet=assumptions\nlang={lang}\nlink=v=1\nsample={sample}\n");
        format!("{:?}", crate::sheet(&asked))
    }

    #[test]
    fn each_codec_proposes_its_ratio_for_a_sample() {
        for lang in ["en", "ko"] {
            let text = text_of(lang, &"the same word ".repeat(40));
            assert!(!text.contains("sample--"), "{text}");
            for codec in ["gzip", "snappy", "lz4", "zstd"] {
                assert!(text.contains(&format!("compression.type={codec}")), "{codec}: {text}");
            }
        }
    }

    #[test]
    fn without_a_sample_nothing_is_proposed() {
        assert!(!text_of("en", "").contains("compression.type=gzip"));
    }
}
