"use client";
import { BrokenPage } from "@/components/panel/broken-page.tsx";

export default BrokenPage;
