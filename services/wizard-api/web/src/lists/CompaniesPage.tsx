/** Halo's clients, and which company of the portal each is. */
import { CompanyImport } from "../companies/CompanyImport";

export default function CompaniesPage() {
  return (
    <>
      <h1>Companies</h1>
      <CompanyImport opens />
    </>
  );
}
