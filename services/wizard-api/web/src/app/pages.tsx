/** The pages: path, name in the menu, and who sees it. What is not needed at once is loaded when one goes there. */
import { lazy, type ComponentType } from "react";

import { IntegrationPage } from "../integration/IntegrationPage";
import { WizardPage } from "../wizard/WizardPage";
import type { Permission } from "./permissions";

export interface Page {
  path: string;
  name: string;
  show: ComponentType;
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
  { path: "/activity", name: "Sync activity", show: lazy(() => import("../runs/ActivityPage")), needs: [...READERS, "support:read"] },
  { path: "/tickets", name: "Tickets", show: lazy(() => import("../lists/TicketsPage")), needs: ["tickets:read"] },
  { path: "/companies", name: "Companies", show: lazy(() => import("../lists/CompaniesPage")), needs: [...READERS, "tickets:read"] },
  { path: "/users", name: "Users", show: lazy(() => import("../users/UsersPage")), needs: ["users:manage"] },
  { path: "/planner", name: "Planner", show: lazy(() => import("../planner/PlannerPage")), needs: ["planner:read"] },
  { path: "/opportunities", name: "Opportunities", show: lazy(() => import("../lists/OpportunitiesPage")), needs: ["planner:read"], inMenu: false, under: "/planner" },
  { path: "/projects", name: "Projects", show: lazy(() => import("../projects/ProjectsPage")), needs: ["planner:read"], inMenu: false, under: "/planner" },
  { path: "/assets", name: "Assets", show: lazy(() => import("../assets/AssetsPage")), needs: ["assets:read", "integrations:manage"] },
  { path: "/devices", name: "Devices", show: lazy(() => import("../devices/DevicesPage")), needs: ["assets:read", "integrations:manage"], inMenu: false, under: "/assets" },
  { path: "/device-types", name: "Device types", show: lazy(() => import("../devices/DeviceTypesPage")), needs: ["assets:read", "integrations:manage"], inMenu: false, under: "/assets" },
  { path: "/contacts", name: "Contacts", show: lazy(() => import("../lists/ContactsPage")), needs: [...READERS, "users:manage"] },
  { path: "/audit", name: "Audit log", show: lazy(() => import("../lists/AuditPage")), needs: READERS },
];

export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => page.path === path);
}
