"""Rules about what a project has agreed on in its kpi.yaml; where it says nothing they say nothing."""
