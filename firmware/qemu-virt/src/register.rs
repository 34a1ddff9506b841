//! Registers of devices.

use core::ptr;

/// A register of a device, at its address.
#[derive(Clone, Copy)]
pub(crate) struct Register<T> {
    address: usize,
    value: core::marker::PhantomData<T>,
}

impl<T: Copy> Register<T> {
    /// Names a register.
    ///
    /// # Safety
    ///
    /// At the address is a register of this width on this board, and reading or
    /// writing it touches no memory that Rust knows of.
    pub(crate) const unsafe fn at(address: usize) -> Self {
        Self {
            address,
            value: core::marker::PhantomData,
        }
    }

    /// Reads the register, once.
    pub(crate) fn read(self) -> T {
        // SAFETY: promised to `at`.
        unsafe { ptr::with_exposed_provenance::<T>(self.address).read_volatile() }
    }

    /// Writes the register, once.
    pub(crate) fn write(self, value: T) {
        // SAFETY: promised to `at`.
        unsafe { ptr::with_exposed_provenance_mut::<T>(self.address).write_volatile(value) }
    }
}
