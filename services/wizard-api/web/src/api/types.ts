/** The API's models by their own names, from the committed OpenAPI document. */
import type { components } from "./api";

type Schemas = components["schemas"];

export type Integration = Schemas["Integration"];
export type Step = Integration["step"];
export type StreamHealth = Schemas["StreamHealth"];
export type StreamName = Schemas["StreamName"];
export type Session = Schemas["SessionView"];
export type Connection = Schemas["ConnectionView"];
export type Diagnosis = Schemas["Diagnosis"];
export type Finding = Schemas["Finding"];
export type Problem = Schemas["Problem"];
export type ProblemDocument = Schemas["ProblemDocument"];
export type Run = Schemas["RunView"];
export type Read = Schemas["ReadView"];
export type SyncSettings = Schemas["SyncSettings"];
export type TicketSettings = Schemas["TicketSettings"];
export type Effect = Schemas["Effect"];
export type Choice = Schemas["Choice"];
export type Choices = Schemas["Choices"];
export type Stage = Schemas["Stage"];
export type Unmapped = Schemas["Unmapped"];
export type Change = Schemas["Change"];
export type Changes = Schemas["Changes"];
export type Ticket = Schemas["TicketRow"];
export type TicketDetail = Schemas["TicketView"];
export type Explanation = Schemas["Explanation"];
export type Comments = Schemas["CommentsView"];
export type Company = Schemas["CompanyRow"];
export type CompanyDetail = Schemas["CompanyView"];
export type Contact = Schemas["ContactRow"];
export type Proposal = Schemas["ProposalView"];
export type PortalCompany = Schemas["PortalCompanyRow"];
export type AuditEntry = Schemas["AuditView"];
