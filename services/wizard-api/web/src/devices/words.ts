/** What has become of a device. */
import type { Device } from "../api/types";
import type { Tone } from "../parts/Note";

export const DEVICE_STATES: Record<Device["state"], [string, Tone]> = {
  active: ["Active", "good"],
  held: ["Held back", "warn"],
  retired: ["Retired", "quiet"],
  gone: ["No longer in Halo", "quiet"],
  merged: ["Merged", "quiet"],
};
