//! The page's end of the second module, which a worker of its own loads when a sheet is first wanted.

use crate::later::after_the_frame;
use js_sys::{Array, Uint8Array};
use litemap::LiteMap;
use sheet::Shown;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::prelude::*;

/// A sheet, part by part. A part that stayed as it was can be known by its place in memory.
pub(crate) type Parts = Rc<[Rc<Shown>]>;

/// Who waits for an answer: `None` if there will be none.
type Then = Callback<Option<Parts>>;

#[derive(Default)]
struct Desk {
    worker: Option<Worker>,
    next: u32,
    waiting: LiteMap<u32, Then>,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Asks for a sheet.
pub(crate) fn ask(question: &str, then: Then) {
    let number = DESK.with_borrow_mut(|desk| {
        if desk.worker.is_none() {
            desk.worker = open();
        }
        let worker = desk.worker.as_ref()?;
        desk.next += 1;
        let message = Array::of2(&JsValue::from(desk.next), &JsValue::from_str(question));
        worker.post_message(&message).ok()?;
        desk.waiting.insert(desk.next, then.clone());
        Some(desk.next)
    });
    if number.is_none() {
        then.emit(None);
    }
}

fn open() -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("./more-worker.js", &options).ok()?;
    let onmessage = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let message: Array = event.data().unchecked_into();
        let (number, bytes) = (message.get(0).as_f64(), message.get(1).dyn_into::<Uint8Array>());
        let sheet =
            bytes.ok().and_then(|bytes| postcard::from_bytes::<Vec<Shown>>(&bytes.to_vec()).ok());
        let number = number.unwrap_or_default() as u32;
        let then = DESK.with_borrow_mut(|desk| desk.waiting.remove(&number));
        if let Some(then) = then {
            then.emit(sheet.map(|sheet| sheet.into_iter().map(Rc::new).collect()));
        }
    });
    worker.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
    onmessage.forget();
    let onerror = Closure::<dyn Fn()>::new(|| {
        let waiting = DESK.with_borrow_mut(|desk| std::mem::take(&mut desk.waiting));
        for (_, then) in waiting {
            then.emit(None);
        }
    });
    worker.set_onerror(Some(onerror.as_ref().unchecked_ref()));
    onerror.forget();
    Some(worker)
}

/// What a hook knows of its sheet.
#[derive(Clone)]
pub(crate) enum Wanted {
    /// It is under way; what was there before stays in sight.
    UnderWay(Option<Parts>),
    /// It is here.
    Here(Parts),
    /// It cannot be had.
    Failed,
}

/// Two sheets are the same only if they are one.
impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::UnderWay(Some(one)), Self::UnderWay(Some(other)))
            | (Self::Here(one), Self::Here(other)) => Rc::ptr_eq(one, other),
            (Self::UnderWay(None), Self::UnderWay(None)) | (Self::Failed, Self::Failed) => true,
            _ => false,
        }
    }
}

impl Wanted {
    /// The sheet to show.
    pub(crate) fn sheet(&self) -> Option<&Parts> {
        match self {
            Self::UnderWay(sheet) => sheet.as_ref(),
            Self::Here(sheet) => Some(sheet),
            Self::Failed => None,
        }
    }
}

/// Rows of a table that are put up in a frame.
const ROWS: usize = 18;

/// Puts up a sheet from a part on, of which so many rows are there, as long as it is still wanted: what
/// would take longer than a frame has gets several, each chart one, and so do the rows of a table behind
/// them. If there is no sheet, that is told.
fn put_up(
    wanted: &UseStateHandle<Wanted>,
    sheet: Option<Parts>,
    (from, rows): (usize, usize),
    still: impl Fn() -> bool + 'static,
) {
    if !still() {
        return;
    }
    let Some(sheet) = sheet else { return wanted.set(Wanted::Failed) };
    let before = wanted.sheet().map_or(&[][..], |before| before);
    let step =
        (from..sheet.len()).find_map(|at| match (&*sheet[at], before.get(at).map(|it| &**it)) {
            (Shown::Html(_), _) => Some(((at + 1, 0), None)),
            (Shown::Rows(new), Some(Shown::Rows(old))) if from > 0 => {
                let some = new.with_rows_of(old, rows + ROWS)?;
                Some(((at, rows + ROWS), Some(Rc::new(Shown::Rows(some)))))
            }
            _ => None,
        });
    let Some(((to, rows), some)) = step else { return wanted.set(Wanted::Here(sheet)) };
    let rest = before.get(to + usize::from(some.is_some())..).unwrap_or_default();
    let parts = sheet[..to].iter().chain(&some).chain(rest).cloned().collect();
    wanted.set(Wanted::UnderWay(Some(parts)));
    let wanted = wanted.clone();
    after_the_frame(move || put_up(&wanted, Some(sheet), (to, rows), still));
}

/// The sheet of a question; the last one until the new one is there.
#[hook]
pub(crate) fn use_sheet(question: String) -> Wanted {
    let wanted = use_state(|| Wanted::UnderWay(None));
    // only the newest question's answer counts
    let newest = use_mut_ref(String::new);
    {
        let wanted = wanted.clone();
        use_effect_with(question, move |question| {
            *newest.borrow_mut() = question.clone();
            wanted.set(Wanted::UnderWay(wanted.sheet().cloned()));
            let asked = question.clone();
            after_the_frame(move || {
                // by then it may be another's turn
                if *newest.borrow() != asked {
                    return;
                }
                let about = asked.clone();
                let then = Callback::from(move |sheet: Option<Parts>| {
                    let (newest, about) = (newest.clone(), about.clone());
                    put_up(&wanted, sheet, (0, 0), move || *newest.borrow() == about);
                });
                ask(&asked, then);
            });
        });
    }
    (*wanted).clone()
}
