//! The page's end of the worker: sends runs and questions there, brings answers back.

use super::{Answer, Question, Summary};
use engine::{FromWorker, ToWorker};
use js_sys::Uint8Array;
use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// What became of a run that was ordered.
pub(crate) enum Delivery {
    /// So many events so far.
    Progress(u64),
    /// It is over.
    Finished(Box<Summary>),
    /// No recorded case has the name that the link gives.
    Nothing,
    /// There is no worker, or it broke down.
    Broken,
}

/// A worker and what is expected of it.
pub(crate) struct Remote {
    worker: Worker,
    books: Rc<RefCell<Books>>,
}

#[derive(Default)]
struct Books {
    /// It listens; until then messages wait.
    ready: bool,
    waiting: Vec<Vec<u8>>,
    /// The run that is wanted, and who wants it.
    ordered: Option<(u32, Callback<Delivery>)>,
    /// By kind of question: whether one is under way, and the one to be put next.
    slots: LiteMap<u8, Slot>,
}

struct Slot {
    then: Callback<Rc<Answer>>,
    next: Option<(Vec<u8>, Callback<Rc<Answer>>)>,
}

thread_local! {
    static REMOTE: RefCell<Option<Rc<Remote>>> = const { RefCell::new(None) };
}

/// Orders a run: a link's text and what is selected. A run that was ordered before is given up.
pub(crate) fn order(number: u32, link: String, selected: Option<String>, then: Callback<Delivery>) {
    let remote = REMOTE.with(|remote| {
        let mut remote = remote.borrow_mut();
        if remote.is_none() {
            *remote = Remote::new();
        }
        remote.clone()
    });
    let Some(remote) = remote else { return then.emit(Delivery::Broken) };
    remote.books.borrow_mut().ordered = Some((number, then));
    remote.send(&ToWorker::Run { number, link, selected });
}

/// The worker's end of a finished run.
pub(crate) fn remote() -> Option<Rc<Remote>> {
    REMOTE.with(|remote| remote.borrow().clone())
}

impl Remote {
    fn new() -> Option<Rc<Self>> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker.js", &options).ok()?;
        let books = Rc::new(RefCell::new(Books::default()));
        let remote = Rc::new(Self { worker, books });
        let taken = Rc::downgrade(&remote);
        let onmessage = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(remote), Ok(bytes)) = (taken.upgrade(), event.data().dyn_into()) {
                let bytes: Uint8Array = bytes;
                remote.take(&bytes.to_vec());
            }
        });
        remote.worker.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
        onmessage.forget();
        let taken = Rc::downgrade(&remote);
        let onerror = Closure::<dyn Fn()>::new(move || {
            if let Some(remote) = taken.upgrade() {
                remote.deliver(Delivery::Broken);
            }
        });
        remote.worker.set_onerror(Some(onerror.as_ref().unchecked_ref()));
        onerror.forget();
        Some(remote)
    }

    /// Puts a question about a run; one of the same kind that still waits is replaced.
    pub(crate) fn ask(&self, number: u32, question: Question, then: Callback<Rc<Answer>>) {
        let kind = question.kind();
        let message = bytes_of(&ToWorker::Ask { number, question });
        let mut books = self.books.borrow_mut();
        if let Some(slot) = books.slots.get_mut(&kind) {
            slot.next = Some((message, then));
            return;
        }
        books.slots.insert(kind, Slot { then, next: None });
        drop(books);
        self.post(message);
    }

    fn send(&self, message: &ToWorker) {
        self.post(bytes_of(message));
    }

    fn post(&self, message: Vec<u8>) {
        let mut books = self.books.borrow_mut();
        if !books.ready {
            books.waiting.push(message);
            return;
        }
        drop(books);
        let _ = self.worker.post_message(&Uint8Array::from(message.as_slice()));
    }

    fn take(&self, bytes: &[u8]) {
        match postcard::from_bytes(bytes) {
            Ok(FromWorker::Ready) => {
                let waiting = {
                    let mut books = self.books.borrow_mut();
                    books.ready = true;
                    std::mem::take(&mut books.waiting)
                };
                for message in waiting {
                    self.post(message);
                }
            }
            Ok(FromWorker::Progress { number, events }) if self.is_ordered(number) => {
                self.deliver(Delivery::Progress(events));
            }
            Ok(FromWorker::Finished { number, summary }) if self.is_ordered(number) => {
                self.deliver(Delivery::Finished(summary));
            }
            Ok(FromWorker::Nothing { number }) if self.is_ordered(number) => {
                self.deliver(Delivery::Nothing);
            }
            Ok(FromWorker::Answer { kind, answer }) => {
                let Some(slot) = self.books.borrow_mut().slots.remove(&kind) else { return };
                if let Some((message, then)) = slot.next {
                    self.books.borrow_mut().slots.insert(kind, Slot { then, next: None });
                    self.post(message);
                }
                if let Some(answer) = answer {
                    slot.then.emit(Rc::new(answer));
                }
            }
            Ok(_) => {}
            Err(_) => self.deliver(Delivery::Broken),
        }
    }

    fn is_ordered(&self, number: u32) -> bool {
        self.books.borrow().ordered.as_ref().is_some_and(|(ordered, _)| *ordered == number)
    }

    fn deliver(&self, delivery: Delivery) {
        let then = self.books.borrow().ordered.as_ref().map(|(_, then)| then.clone());
        if let Some(then) = then {
            then.emit(delivery);
        }
    }
}

fn bytes_of(message: &ToWorker) -> Vec<u8> {
    postcard::to_allocvec(message).expect("a message of plain values can be written to memory")
}
