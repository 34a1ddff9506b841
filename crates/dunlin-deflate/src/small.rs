//! Receiving with a small window, without an allocator.

use crate::message::{End, Progress, Step, Stream};
use core::cell::RefCell;
use critical_section::Mutex;
use dunlin::proto::websocket::{CompressedMessages, DeflateAgreement, DeflatePolicy};
use dunlin::{Assembly, Compression, Deflater, InflateError, Inflated};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress_with_limit};

/// The inflaters of a device, for `N` connections at a time.
///
/// Compressed messages are received from clients that let the server choose
/// their window; what is sent goes out as it is. Clients that come while all
/// inflaters are in use, and those that cannot make their window small, are
/// served without compression.
///
/// It lies in a `static`, is given its inflaters with [`SmallInflaters::add`], and
/// goes to the server as [`SmallInflaters::connection`].
pub struct SmallInflaters<'p, const N: usize, const WINDOW: usize> {
    free: Mutex<RefCell<Free<'p, N, WINDOW>>>,
}

type Free<'p, const N: usize, const WINDOW: usize> = [Option<&'p mut SmallInflater<WINDOW>>; N];

/// One inflater: 11 KiB and `WINDOW` octets, a power of 2 from 256 to 32,768.
pub struct SmallInflater<const WINDOW: usize> {
    progress: Progress,
    stream: Windowed<WINDOW>,
}

/// A stream that inflates into its window.
struct Windowed<const WINDOW: usize> {
    decompressor: DecompressorOxide,
    window: [u8; WINDOW],
    /// Where the next octet goes.
    at: usize,
}

/// The compression of one connection of a device.
pub struct SmallInflate<'p, const N: usize, const WINDOW: usize> {
    inflaters: &'p SmallInflaters<'p, N, WINDOW>,
    own: Option<&'p mut SmallInflater<WINDOW>>,
}

impl<const WINDOW: usize> SmallInflater<WINDOW> {
    /// An inflater that has inflated nothing. It is made on the stack: do that
    /// where there is room.
    pub fn new() -> Self {
        const {
            assert!(
                WINDOW.is_power_of_two() && WINDOW >= 256 && WINDOW <= 32_768,
                "WINDOW is a power of 2 from 256 to 32,768"
            );
        }
        Self {
            progress: Progress::default(),
            stream: Windowed {
                decompressor: DecompressorOxide::new(),
                window: [0; WINDOW],
                at: 0,
            },
        }
    }

    /// Forgets everything: nobody reads what another connection received.
    fn clear(&mut self) {
        self.progress = Progress::default();
        self.stream.decompressor.init();
        self.stream.window.fill(0);
    }
}

impl<const WINDOW: usize> Default for SmallInflater<WINDOW> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'p, const N: usize, const WINDOW: usize> SmallInflaters<'p, N, WINDOW> {
    /// Without any inflater, every offer is declined.
    pub const fn new() -> Self {
        Self {
            free: Mutex::new(RefCell::new([const { None }; N])),
        }
    }

    /// Adds an inflater. One more than `N` is not used.
    pub fn add(&self, inflater: &'p mut SmallInflater<WINDOW>) {
        self.with_free(|free| {
            if let Some(place) = free.iter_mut().find(|place| place.is_none()) {
                *place = Some(inflater);
            }
        });
    }

    /// What connections begin with.
    pub const fn connection(&'p self) -> SmallInflate<'p, N, WINDOW> {
        SmallInflate {
            inflaters: self,
            own: None,
        }
    }

    fn take(&self) -> Option<&'p mut SmallInflater<WINDOW>> {
        let inflater = self.with_free(|free| free.iter_mut().find_map(Option::take))?;
        inflater.clear();
        Some(inflater)
    }

    fn with_free<T>(&self, action: impl FnOnce(&mut Free<'p, N, WINDOW>) -> T) -> T {
        critical_section::with(|section| action(&mut self.free.borrow_ref_mut(section)))
    }
}

impl<const N: usize, const WINDOW: usize> Default for SmallInflaters<'_, N, WINDOW> {
    fn default() -> Self {
        Self::new()
    }
}

/// A connection of its own, which has none of the inflaters yet.
impl<const N: usize, const WINDOW: usize> Clone for SmallInflate<'_, N, WINDOW> {
    fn clone(&self) -> Self {
        self.inflaters.connection()
    }
}

impl<const N: usize, const WINDOW: usize> Drop for SmallInflate<'_, N, WINDOW> {
    fn drop(&mut self) {
        self.end();
    }
}

impl<const N: usize, const WINDOW: usize> Compression for SmallInflate<'_, N, WINDOW> {
    type Extension = CompressedMessages;

    fn policy(&self) -> Option<DeflatePolicy> {
        let is_free = self
            .inflaters
            .with_free(|free| free.iter().any(Option::is_some));
        is_free.then_some(DeflatePolicy {
            // What is sent plain keeps any promise.
            server_context: true,
            server_window_bits: 15,
            least_server_window_bits: 8,
            client_context: true,
            client_window_bits: WINDOW.trailing_zeros() as u8,
        })
    }

    fn begin(&mut self, agreement: Option<&DeflateAgreement>) -> CompressedMessages {
        self.own = agreement.and_then(|_| self.inflaters.take());
        CompressedMessages::new(self.own.is_some())
    }

    fn inflate<S: Assembly>(
        &mut self,
        input: &mut &[u8],
        last: bool,
        assembly: &mut S,
        most: usize,
    ) -> Result<Inflated, InflateError> {
        let inflater = self.own.as_deref_mut().ok_or(InflateError::Corrupt)?;
        let SmallInflater { progress, stream } = inflater;
        progress.inflate(stream, input, last, assembly, most)
    }

    fn end(&mut self) {
        if let Some(inflater) = self.own.take() {
            self.inflaters.add(inflater);
        }
    }

    fn deflater(&mut self) -> Option<&mut dyn Deflater> {
        None
    }
}

impl<const WINDOW: usize> Stream for Windowed<WINDOW> {
    fn step(&mut self, source: &[u8], most: usize) -> Step<'_> {
        let from = self.at;
        let (status, used, count) = decompress_with_limit(
            &mut self.decompressor,
            source,
            &mut self.window,
            from,
            most,
            TINFL_FLAG_HAS_MORE_INPUT,
        );
        self.at = (from + count) % WINDOW;
        Step {
            used,
            inflated: self.window.get(from..from + count).unwrap_or_default(),
            end: match status {
                TINFLStatus::Done => Some(End::Last),
                TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => None,
                _ => Some(End::Corrupt),
            },
        }
    }

    fn restart(&mut self) -> Result<(), InflateError> {
        // The window stays.
        self.decompressor.init();
        Ok(())
    }
}
