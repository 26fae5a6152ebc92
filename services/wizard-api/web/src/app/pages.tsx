/** The pages: path, name in the menu, and who sees it. What is not needed at once is loaded when one goes there. */
import type { ComponentType } from "react";

import { IntegrationPage } from "../integration/IntegrationPage";
import { WizardPage } from "../wizard/WizardPage";
import { later } from "./later";
import type { Permission } from "./permissions";

export interface Page {
  path: string;
  name: string;
  show: ComponentType;
  /** Of a page that is not there from the beginning. */
  fetch?: () => Promise<void>;
  needs: Permission[];
  /** False: reached from another page. */
  inMenu?: false;
  /** The page of the menu that it belongs to. */
  under?: string;
}

const READERS: Permission[] = ["integrations:read", "integrations:manage"];

export const PAGES: Page[] = [
  { path: "/", name: "Integrations", show: IntegrationPage, needs: [...READERS, "support:read"] },
  { path: "/setup", name: "Set up Halo", show: WizardPage, needs: READERS, inMenu: false, under: "/" },
  { path: "/activity", name: "Sync activity", ...later(() => import("../runs/ActivityPage")), needs: [...READERS, "support:read"] },
  { path: "/tickets", name: "Tickets", ...later(() => import("../lists/TicketsPage")), needs: ["tickets:read"] },
  { path: "/companies", name: "Companies", ...later(() => import("../lists/CompaniesPage")), needs: [...READERS, "tickets:read"] },
  { path: "/users", name: "Users", ...later(() => import("../users/UsersPage")), needs: ["users:manage"] },
  { path: "/planner", name: "Planner", ...later(() => import("../planner/PlannerPage")), needs: ["planner:read"] },
  { path: "/opportunities", name: "Opportunities", ...later(() => import("../lists/OpportunitiesPage")), needs: ["planner:read"], inMenu: false, under: "/planner" },
  { path: "/projects", name: "Projects", ...later(() => import("../projects/ProjectsPage")), needs: ["planner:read"], inMenu: false, under: "/planner" },
  { path: "/assets", name: "Assets", ...later(() => import("../assets/AssetsPage")), needs: ["assets:read", "integrations:manage"] },
  { path: "/devices", name: "Devices", ...later(() => import("../devices/DevicesPage")), needs: ["assets:read", "integrations:manage"], inMenu: false, under: "/assets" },
  { path: "/device-types", name: "Device types", ...later(() => import("../devices/DeviceTypesPage")), needs: ["assets:read", "integrations:manage"], inMenu: false, under: "/assets" },
  { path: "/contacts", name: "Contacts", ...later(() => import("../lists/ContactsPage")), needs: [...READERS, "users:manage"] },
  { path: "/audit", name: "Audit log", ...later(() => import("../lists/AuditPage")), needs: READERS },
];

export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => page.path === path);
}

/** Whoever is about to go there, or comes in there, waits less. A page that can't be fetched says so when it is shown. */
export function fetchAhead(path: string): void {
  pageAt(path)?.fetch?.().catch(() => undefined);
}
