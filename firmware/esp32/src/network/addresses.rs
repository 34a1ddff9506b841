//! The addresses of the device, which come and go with the link.

use super::TAG;
use core::net::{Ipv4Addr, Ipv6Addr};
use dunlin_esp32_config as config;
use embassy_net::{HardwareAddress, Stack};
use embassy_time::{Duration, Timer};

/// The addresses that are in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    pub(super) v4: Option<Ipv4Addr>,
    /// The one from the router.
    pub(super) v6: Option<Ipv6Addr>,
    pub(super) link_local: Option<Ipv6Addr>,
}

impl Addresses {
    fn of(stack: Stack<'static>) -> Self {
        if !stack.is_link_up() {
            return Self::default();
        }
        Self {
            v4: stack.config_v4().map(|there| there.address.address()),
            v6: stack.config_v6().map(|there| there.address.address()),
            link_local: Some(link_local(stack.hardware_address())),
        }
    }

    /// Waits until they are others than `self`. The stack has one event for
    /// all of its changes and several tasks that wait, so this looks.
    pub(super) async fn changed(self, stack: Stack<'static>) -> Self {
        loop {
            let now = Self::of(stack);
            if now != self {
                return now;
            }
            Timer::after(LOOK).await;
        }
    }
}

/// Logs the addresses, and where to look for the console.
#[embassy_executor::task]
pub(super) async fn log(stack: Stack<'static>) -> ! {
    let mut before = Addresses::default();
    loop {
        let now = before.changed(stack).await;
        if now == Addresses::default() {
            log::warn!(target: TAG, "Link is down");
        }
        if let Some(address) = now.v4.filter(|_| now.v4 != before.v4) {
            log::info!(target: TAG, "IPv4 address: {address}");
            log::info!(target: TAG, "Console: http://{address}:{}/", config::PORT);
        }
        if let Some(address) = now
            .link_local
            .filter(|_| now.link_local != before.link_local)
        {
            log::info!(target: TAG, "IPv6 link-local address: {address}");
        }
        if let Some(address) = now.v6.filter(|_| now.v6 != before.v6) {
            log::info!(target: TAG, "IPv6 address: {address}");
        }
        before = now;
    }
}

/// The address the stack makes of the hardware address (RFC 4291, appendix A).
fn link_local(address: HardwareAddress) -> Ipv6Addr {
    let HardwareAddress::Ethernet(mac) = address;
    let [a, b, c, d, e, f] = mac.0;
    let pair = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    Ipv6Addr::new(
        0xfe80,
        0,
        0,
        0,
        pair(a ^ 2, b),
        pair(c, 0xff),
        pair(0xfe, d),
        pair(e, f),
    )
}

const LOOK: Duration = Duration::from_millis(500);
