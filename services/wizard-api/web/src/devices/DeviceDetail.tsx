/** One device, whole, and the assets of Halo that it comes from. */

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { day } from "../parts/money";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";
import { DEVICE_STATES } from "./words";

export function DeviceDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useResource(`device-${id}`, () => value(api.GET("/api/v1/devices/{id}", { params: { path: { id } } })));
  const shown = found.value;
  return (
    <Dialog onClose={onClose} size="xl" title={shown?.name ?? "Device"}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!shown && !found.problem && <Bones lines={6} label="Loading the device" />}
      {shown && (
        <>
          {shown.reason && (
            <Note tone="warn">
              <p>{shown.reason}</p>
            </Note>
          )}
          <Facts
            facts={[
              ["State", <State tone={DEVICE_STATES[shown.state][1]}>{DEVICE_STATES[shown.state][0]}</State>],
              ["Device type", shown.device_type?.name],
              ["Type in Halo", shown.type?.name],
              ["Company", shown.client?.name],
              ["User", shown.user_name],
              ["Serial number", shown.serial_number],
              ["Inventory number", shown.inventory_number],
              ["Model", [shown.manufacturer, shown.model].filter(Boolean).join(" ") || null],
              ["Status in Halo", shown.status_name],
              ["Warranty until", day(shown.warranty_end)],
              ["Assets in Halo", shown.assets.join(", ")],
              ["Imported", shown.origin === "auto_sync" ? "by Auto-Sync" : "by a person"],
              ["Changed", <When at={shown.changed} never="–" />],
            ]}
          />
        </>
      )}
    </Dialog>
  );
}
