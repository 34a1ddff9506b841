//! The WebSocket echo server on the ESP32 family.
//!
//! `main` starts the scheduler and `network`; that brings a network up, keeps it
//! up, and starts `serve` on it. The options are those of `dunlin_esp32_config`.
#![no_std]
#![no_main]
#![deny(unsafe_code)]

mod board;
mod console;
mod network;
mod serve;
mod sys;

use board::Board;
use embassy_executor::Spawner;
use esp_backtrace as _;
use esp_hal::clock::CpuClock;
use esp_hal::timer::timg::TimerGroup;

#[esp_rtos::main]
async fn main(spawner: Spawner) {
    let clock = CpuClock::max();
    let board = Board::new(esp_hal::init(
        esp_hal::Config::default().with_cpu_clock(clock),
    ));
    console::start();
    sys::give_heap();
    esp_rtos::start(TimerGroup::new(board.timers).timer0, board.interrupt);
    network::start(spawner, board.radio, board.ethernet);
}
