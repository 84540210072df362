//! *Code*: the running settings and workload as a program for a client.

use crate::Request;
use client_code::{Arrivals, End, Keys, Language, Mode, Note, Program, code};
use link::{ArrivalKind, Ending, KeySkew, Panel, Playground};
use sheet::{Block, Button, Sheet, Tone};

/// The topic that the playground has.
const TOPIC: &str = "orders";

pub(crate) fn sheet(request: &Request) -> Sheet {
    let position = request.number("client").unwrap_or(0) as usize;
    let chosen = Language::ALL.get(position).copied().unwrap_or(Language::Kotlin);
    let buttons = Language::ALL.iter().enumerate().map(|(position, language)| Button {
        label: language.name().to_owned(),
        action: format!("ask:client={position}"),
        pressed: *language == chosen,
    });
    let family = super::family(request, &[Panel::Code, Panel::Import, Panel::Embed]);
    let mut sheet = Sheet { blocks: vec![family, Block::Buttons(buttons.collect())] };
    match code(chosen, &program(&request.page.playground)) {
        Ok(code) => {
            for file in code.files {
                sheet.push(Block::Code { title: file.name.into(), text: file.text });
            }
            let notes: Vec<String> = code.notes.iter().map(|note| told(note, request)).collect();
            if !notes.is_empty() {
                sheet.push(Block::Heading(request.say("code--notes")));
                sheet.push(Block::List { ordered: false, items: notes });
            }
        }
        Err(errors) => {
            for error in errors {
                sheet.push(Block::Note(Tone::Bad, error.message));
            }
        }
    }
    sheet
}

/// Records a second that a thread of an application is taken to have, where several share a producer.
const RATE_OF_A_THREAD: u32 = 1_000;

fn program(playground: &Playground) -> Program<'_> {
    // arrivals of several threads are those of one at random times
    let threads = match playground.arrivals {
        ArrivalKind::Random => playground.rate / RATE_OF_A_THREAD,
        ArrivalKind::Bursts | ArrivalKind::Even => 1,
    };
    Program {
        settings: &playground.settings,
        topic: TOPIC,
        keys: match (playground.keys, playground.key_skew) {
            (0, _) => Keys::None,
            (keys, KeySkew::Zipf) => Keys::Skewed(keys),
            (keys, KeySkew::None) => Keys::InTurn { keys, nulls: playground.null_keys },
        },
        headers: playground.headers,
        value_bytes: playground.value_bytes,
        records: playground.records,
        rate: playground.rate,
        threads,
        arrivals: match playground.arrivals {
            ArrivalKind::Random => Arrivals::Random,
            ArrivalKind::Bursts => Arrivals::Bursts(playground.burst),
            ArrivalKind::Even => Arrivals::Even,
        },
        mode: match playground.mode {
            link::Mode::Callback => Mode::Callback,
            link::Mode::Get => Mode::Get,
            link::Mode::Forget => Mode::Forget,
        },
        callback_us: playground.callback_us.min(u32::MAX.into()) as u32,
        end: match playground.ending {
            Ending::Flush => End::Flush,
            Ending::Exit => End::Exit,
            Ending::CloseWithin => {
                End::CloseWithin((playground.close_within_us / 1_000).min(u32::MAX.into()) as u32)
            }
            Ending::None | Ending::Close => End::Close,
        },
    }
}

fn told(note: &Note, request: &Request) -> String {
    match *note {
        Note::Named { setting, here } => {
            request.tell("code--named", &[("setting", setting), ("here", here)])
        }
        Note::OtherDefault { setting, here, default } => request.tell(
            "code--other-default",
            &[("setting", setting), ("here", here), ("default", default)],
        ),
        Note::Lacks { setting } => request.tell("code--lacks", &[("setting", setting)]),
        Note::Nearest { here, wanted, taken, .. } => request.tell(
            "code--nearest",
            &[("here", here), ("wanted", &wanted.to_string()), ("taken", &taken.to_string())],
        ),
        Note::Fixed { setting, value } => {
            request.tell("code--fixed", &[("setting", setting), ("value", value)])
        }
        Note::Since { setting, version } => {
            let version = match version {
                model::config::KafkaVersion::V2_8 => "2.8",
                model::config::KafkaVersion::V3_9 => "3.9",
                model::config::KafkaVersion::V4_3 => "4.3",
            };
            request.tell("code--since", &[("setting", setting), ("version", version)])
        }
        Note::OtherMeaning { name } => request.tell("code--other-meaning", &[("name", name)]),
        Note::BatchIsLimit { here } => request.tell("code--batch-is-limit", &[("here", here)]),
        Note::CountLimit { here, default } => request
            .tell("code--count-limit", &[("here", here), ("default", &words::count(default))]),
        Note::FullQueueFails => request.say("code--full-queue-fails"),
        Note::CallbacksInPoll => request.say("code--callbacks-in-poll"),
        Note::NoFuture => request.say("code--no-future"),
        Note::CloseDrops => request.say("code--close-drops"),
        Note::FrameworkCloses => request.say("code--framework-closes"),
    }
}
