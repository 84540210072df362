//! The program of the worker: long runs, and what is asked about them. It is built for speed.

fn main() {
    engine::listen();
}
