//! What of the chip is used for what: the place to change a pin.

use esp_hal::gpio::{AnyPin, Pin};
use esp_hal::peripherals::{ADC1, FROM_CPU_INTR0, Peripherals, RNG, SPI2, TIMG0, WIFI};

/// The peripherals, by their use.
pub(crate) struct Board {
    /// The scheduler's timer and interrupt.
    pub(crate) timers: TIMG0<'static>,
    pub(crate) interrupt: FROM_CPU_INTR0<'static>,
    pub(crate) radio: WIFI<'static>,
    pub(crate) ethernet: Ethernet,
}

/// A W5500 on SPI.
pub(crate) struct Ethernet {
    pub(crate) spi: SPI2<'static>,
    pub(crate) pins: Pins,
    /// Noise for the seed of the TCP/IP stack.
    pub(crate) noise: (RNG<'static>, ADC1<'static>),
}

/// The pins a W5500 is wired to.
pub(crate) struct Pins {
    /// SCLK of the W5500.
    pub(crate) clock: AnyPin<'static>,
    /// Its MOSI.
    pub(crate) output: AnyPin<'static>,
    /// Its MISO.
    pub(crate) input: AnyPin<'static>,
    /// Its SCSn.
    pub(crate) select: AnyPin<'static>,
    /// Its INTn.
    pub(crate) interrupt: AnyPin<'static>,
    /// Its RSTn.
    pub(crate) reset: AnyPin<'static>,
}

impl Board {
    pub(crate) fn new(chip: Peripherals) -> Self {
        #[cfg(feature = "esp32")]
        let pins = Pins {
            clock: chip.GPIO18.degrade(),
            output: chip.GPIO23.degrade(),
            input: chip.GPIO19.degrade(),
            select: chip.GPIO5.degrade(),
            interrupt: chip.GPIO4.degrade(),
            reset: chip.GPIO21.degrade(),
        };
        #[cfg(any(feature = "esp32c2", feature = "esp32c3"))]
        let pins = Pins {
            clock: chip.GPIO6.degrade(),
            output: chip.GPIO7.degrade(),
            input: chip.GPIO5.degrade(),
            select: chip.GPIO10.degrade(),
            interrupt: chip.GPIO3.degrade(),
            reset: chip.GPIO4.degrade(),
        };
        #[cfg(feature = "esp32c6")]
        let pins = Pins {
            clock: chip.GPIO6.degrade(),
            output: chip.GPIO7.degrade(),
            input: chip.GPIO2.degrade(),
            select: chip.GPIO18.degrade(),
            interrupt: chip.GPIO19.degrade(),
            reset: chip.GPIO20.degrade(),
        };
        #[cfg(any(feature = "esp32s2", feature = "esp32s3"))]
        let pins = Pins {
            clock: chip.GPIO12.degrade(),
            output: chip.GPIO11.degrade(),
            input: chip.GPIO13.degrade(),
            select: chip.GPIO10.degrade(),
            interrupt: chip.GPIO9.degrade(),
            reset: chip.GPIO14.degrade(),
        };
        Self {
            timers: chip.TIMG0,
            interrupt: chip.FROM_CPU_INTR0,
            radio: chip.WIFI,
            ethernet: Ethernet {
                spi: chip.SPI2,
                pins,
                noise: (chip.RNG, chip.ADC1),
            },
        }
    }
}
