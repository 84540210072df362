//! The worker's end: runs what is ordered, in slices, and answers for the run that it keeps.

use crate::message::{FromWorker, ToWorker};
use crate::run::Run;
use conformance::Case;
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use link::Selection;
use model::Simulation;
use model::config::Warning;
use model::scenario::{Fault, Scenario};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, XmlHttpRequest};

/// Events between two looks at the messages that have come in.
const SLICE: u64 = 100_000;

#[derive(Default)]
struct Desk {
    /// The run that is under way.
    job: Option<Job>,
    /// The run that is answered for: it stays until the next one is whole.
    run: Option<(u32, Run)>,
}

struct Job {
    number: u32,
    simulation: Simulation,
    warnings: Vec<Warning>,
    faults: Vec<Fault>,
    selected: Option<Selection>,
}

/// Listens, until the page closes.
pub fn serve() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let desk = Rc::new(RefCell::new(Desk::default()));
    let onmessage = {
        let scope = scope.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else { return };
            match postcard::from_bytes(&bytes.to_vec()) {
                Ok(ToWorker::Run { number, link, selected }) => {
                    if begin(&desk, number, &link, selected.as_deref()) {
                        go_on(desk.clone(), scope.clone(), number);
                    } else {
                        say(&scope, &FromWorker::Nothing { number });
                    }
                }
                Ok(ToWorker::Ask { number, question }) => {
                    let desk = desk.borrow();
                    let run = desk.run.as_ref().filter(|(here, _)| *here == number);
                    let answer = run.map(|(_, run)| run.answer(&question));
                    say(&scope, &FromWorker::Answer { kind: question.kind(), answer });
                }
                Err(_) => {}
            }
        })
    };
    scope.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
    onmessage.forget();
    say(&scope, &FromWorker::Ready);
}

/// Whether there is something to run.
fn begin(desk: &RefCell<Desk>, number: u32, link: &str, selected: Option<&str>) -> bool {
    let (page, _) = link::read_saved(link);
    let scenario = match &page.case {
        Some(name) => recorded(name).map(|scenario| (scenario, Vec::new())),
        None => page.playground.scenario().ok(),
    };
    let job = scenario.map(|(scenario, warnings)| Job {
        number,
        faults: scenario.faults.clone(),
        simulation: Simulation::new(scenario),
        warnings,
        selected: selected.and_then(Selection::of_text),
    });
    let begun = job.is_some();
    desk.borrow_mut().job = job;
    begun
}

/// The scenario of a recorded case, which is a file of the site.
fn recorded(name: &str) -> Option<Scenario> {
    let request = XmlHttpRequest::new().ok()?;
    // a worker may wait for a file
    request.open_with_async("GET", &format!("./cases/{name}.json"), false).ok()?;
    request.send().ok()?;
    Case::parse(&request.response_text().ok()??).ok()?.scenario().ok()
}

/// One slice, then whatever messages have come in, then the next.
fn go_on(desk: Rc<RefCell<Desk>>, scope: DedicatedWorkerGlobalScope, number: u32) {
    let next = Timeout::new(0, move || {
        let mut at_desk = desk.borrow_mut();
        let Some(job) = at_desk.job.as_mut().filter(|job| job.number == number) else { return };
        if !job.simulation.run_for(SLICE) {
            say(&scope, &FromWorker::Progress { number, events: job.simulation.handled() });
            drop(at_desk);
            return go_on(desk, scope, number);
        }
        let Some(job) = at_desk.job.take() else { return };
        let run = Run::of(job.simulation.into_trace(), job.warnings, &job.faults);
        let summary = Box::new(run.summary(job.selected));
        at_desk.run = Some((number, run));
        say(&scope, &FromWorker::Finished { number, summary });
    });
    next.forget();
}

fn say(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    let bytes = postcard::to_allocvec(message).expect("plain values can be written to memory");
    let _ = scope.post_message(&Uint8Array::from(bytes.as_slice()));
}
